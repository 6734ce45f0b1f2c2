package dev.kvcachepool.operator.desired;

import dev.kvcachepool.crds.Disk;
import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.crds.Placement;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import java.util.Objects;
import java.util.Optional;

/**
 * What is to be changed of the claims of a Pooled pool. A StatefulSet makes them and never changes them, so the operator
 * does: a greater size where the pool may expand, other attributes.
 */
public final class ClaimChanges {
    private ClaimChanges() {}

    /** The claim as it shall be; empty where it is so already. */
    public static Optional<PersistentVolumeClaim> of(KVCachePool pool, PersistentVolumeClaim claim) {
        var disk = pool.getSpec().tiers().disk();
        if (disk == null
                || pool.getSpec().placement() != Placement.Pooled
                || claim.getMetadata().getDeletionTimestamp() != null) {
            return Optional.empty();
        }
        boolean grows = grows(disk, claim);
        boolean differs = disk.volumeAttributesClassName() != null
                && !Objects.equals(
                        disk.volumeAttributesClassName(), claim.getSpec().getVolumeAttributesClassName());
        if (!grows && !differs) {
            return Optional.empty();
        }
        var wanted = new PersistentVolumeClaimBuilder(claim).editSpec();
        if (grows) {
            wanted = wanted.editResources()
                    .addToRequests("storage", NodeDisk.size(disk))
                    .endResources();
        }
        if (differs) {
            wanted = wanted.withVolumeAttributesClassName(disk.volumeAttributesClassName());
        }
        return Optional.of(wanted.endSpec().build());
    }

    private static boolean grows(Disk disk, PersistentVolumeClaim claim) {
        var asked = claim.getSpec().getResources().getRequests().get("storage");
        return disk.expand() && asked != null && asked.compareTo(NodeDisk.size(disk)) < 0;
    }
}
