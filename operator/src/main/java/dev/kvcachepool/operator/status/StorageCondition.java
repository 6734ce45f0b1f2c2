package dev.kvcachepool.operator.status;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.crds.Placement;
import dev.kvcachepool.operator.desired.NodeDisk;
import dev.kvcachepool.operator.status.Conditions.Is;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says of the disk tier's volumes whether they are there, in the size that they shall have. */
final class StorageCondition {
    private StorageCondition() {}

    static void add(Conditions conditions, KVCachePool pool, Observed observed) {
        var disk = pool.getSpec().tiers().disk();
        if (disk == null) {
            is(conditions, Is.True, "NoDiskTier", "the pool keeps blocks in memory only");
        } else if (disk.path() != null) {
            is(conditions, Is.True, "Folder", "each cache-node uses " + disk.path() + " of its Kubernetes node");
        } else {
            claims(conditions, pool, observed);
        }
    }

    private static void claims(Conditions conditions, KVCachePool pool, Observed observed) {
        var claims = observed.claims().stream()
                .filter(claim -> claim.getMetadata().getDeletionTimestamp() == null)
                .sorted(Comparator.comparing(claim -> claim.getMetadata().getName()))
                .toList();
        int wanted = observed.nodes().desired();
        var unbound = first(claims, "Pending");
        var lost = first(claims, "Lost");
        var growing = claims.stream().filter(StorageCondition::isGrowing).findFirst();
        if (lost != null) {
            is(
                    conditions,
                    Is.False,
                    "ClaimLost",
                    "claim " + name(lost)
                            + " has lost its volume: delete the claim and the pod, and the node starts empty");
        } else if (unbound != null) {
            is(conditions, Is.False, "ClaimPending", pending(unbound));
        } else if (claims.size() < wanted) {
            is(
                    conditions,
                    Is.False,
                    "ClaimsMissing",
                    claims.size() + " of " + wanted + " claims are there; they come with their pods");
        } else if (growing.isPresent()) {
            is(conditions, Is.False, "Expanding", growing(growing.get()));
        } else {
            is(conditions, Is.True, "ClaimsBound", claims.size() + " claims are bound" + kept(pool, claims, wanted));
        }
    }

    private static String kept(KVCachePool pool, List<PersistentVolumeClaim> claims, int wanted) {
        return pool.getSpec().placement() == Placement.Pooled && claims.size() > wanted
                ? ", " + (claims.size() - wanted) + " of them kept from nodes that are gone (spec.tiers.disk.retain)"
                : "";
    }

    private static @Nullable PersistentVolumeClaim first(List<PersistentVolumeClaim> claims, String phase) {
        return claims.stream()
                .filter(claim -> phase.equals(phaseOf(claim)))
                .findFirst()
                .orElse(null);
    }

    private static String phaseOf(PersistentVolumeClaim claim) {
        return claim.getStatus() == null || claim.getStatus().getPhase() == null
                ? "Pending"
                : claim.getStatus().getPhase();
    }

    private static String pending(PersistentVolumeClaim claim) {
        var storageClass = claim.getSpec().getStorageClassName();
        return "claim " + name(claim) + " of "
                + (storageClass == null ? "the default StorageClass" : "StorageClass " + storageClass)
                + " has no volume: see kubectl describe pvc " + name(claim)
                + "; check spec.tiers.disk.storageClassName, the class's provisioner and quotas";
    }

    private static boolean isGrowing(PersistentVolumeClaim claim) {
        var asked = claim.getSpec().getResources().getRequests().get("storage");
        return asked != null
                && NodeDisk.capacity(claim)
                        .filter(has -> has.compareTo(asked) < 0)
                        .isPresent();
    }

    private static String growing(PersistentVolumeClaim claim) {
        return "claim " + name(claim) + " grows from "
                + NodeDisk.capacity(claim).orElseThrow() + " to "
                + claim.getSpec().getResources().getRequests().get("storage")
                + "; the cache-nodes are restarted to use it once all claims have it";
    }

    private static String name(PersistentVolumeClaim claim) {
        return claim.getMetadata().getName();
    }

    private static void is(Conditions conditions, Is status, String reason, String message) {
        conditions.add(ConditionType.StorageReady, status, reason, message);
    }
}
