package dev.kvcachepool.operator.desired;

import dev.kvcachepool.crds.Disk;
import dev.kvcachepool.crds.Placement;
import dev.kvcachepool.operator.desired.ChildLabels.Component;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimSpec;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimSpecBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimStatus;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetPersistentVolumeClaimRetentionPolicy;
import io.fabric8.kubernetes.api.model.apps.StatefulSetPersistentVolumeClaimRetentionPolicyBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The disk tier of a cache-node: where it is mounted, how much of it the node may use, and where it comes from. */
public final class NodeDisk {
    /** Name of the volume, of the claim template, and so the beginning of each claim's name. */
    static final String VOLUME = "blocks";

    private static final String MOUNT = "/var/lib/kvcachepool";
    /** What a file system and a full disk's slowness take. */
    private static final int LEFT_FREE_SHARE = 20;
    /** The group that volumes are made writable for; any that images don't use. */
    private static final long GROUP = 65532;

    private NodeDisk() {}

    /** Settings of the nodes; empty without a disk. */
    static Map<String, String> settings(PoolContext context) {
        var disk = context.spec().tiers().disk();
        if (disk == null) {
            return Map.of();
        }
        long bytes = Math.min(bytes(size(disk)), leastClaim(context));
        return Map.of(
                "KVP_DISK_PATH",
                MOUNT + "/" + context.namespace() + "." + context.name(),
                "KVP_DISK_SIZE",
                Long.toString(bytes - bytes / LEFT_FREE_SHARE));
    }

    /**
     * What the smallest volume has of those that the nodes of a Pooled pool use; nodes share one setting. Claims that are not
     * bound yet, and those kept from nodes that are gone, don't count. A volume a pod grows by its pod being replaced.
     */
    private static long leastClaim(PoolContext context) {
        return context.spec().placement() == Placement.Pooled
                ? IntStream.range(0, context.nodes())
                        .mapToObj(node -> VOLUME + "-" + context.names().nodes() + "-" + node)
                        .flatMap(name -> context.claims().stream()
                                .filter(claim -> claim.getMetadata().getName().equals(name)))
                        .flatMap(claim -> capacity(claim).stream())
                        .mapToLong(NodeDisk::bytes)
                        .filter(bytes -> bytes > 0)
                        .min()
                        .orElse(Long.MAX_VALUE)
                : Long.MAX_VALUE;
    }

    /** What a claim's volume has room for, empty while that is not known. */
    public static Optional<Quantity> capacity(PersistentVolumeClaim claim) {
        return Optional.ofNullable(claim.getStatus())
                .map(PersistentVolumeClaimStatus::getCapacity)
                .map(capacity -> capacity.get("storage"));
    }

    private static long bytes(Quantity quantity) {
        return Quantity.getAmountInBytes(quantity).longValue();
    }

    /** How large each volume shall be. */
    public static Quantity size(Disk disk) {
        return new Quantity(disk.size());
    }

    static List<VolumeMount> mounts(PoolContext context) {
        return context.spec().tiers().disk() == null
                ? List.of()
                : List.of(new VolumeMountBuilder()
                        .withName(VOLUME)
                        .withMountPath(MOUNT)
                        .build());
    }

    /** Volumes that don't come from a claim template. */
    static List<Volume> volumes(PoolContext context) {
        var disk = context.spec().tiers().disk();
        if (disk == null || context.spec().placement() == Placement.Pooled) {
            return List.of();
        }
        var volume = new VolumeBuilder().withName(VOLUME);
        return List.of(
                disk.path() != null
                        // It has to be there: made by the kubelet it would be root's, and on the system's disk.
                        ? volume.withNewHostPath(disk.path(), "Directory").build()
                        : volume.withNewEphemeral()
                                .withNewVolumeClaimTemplate()
                                .withNewMetadata()
                                .withLabels(ChildLabels.of(context.pool(), Component.CACHE_NODE))
                                .endMetadata()
                                .withSpec(claim(disk, size(disk), null))
                                .endVolumeClaimTemplate()
                                .endEphemeral()
                                .build());
    }

    /** Volumes of claims belong to a group that the node's process is in. */
    static PodSecurityContext security(PoolContext context, PodSecurityContext security) {
        var disk = context.spec().tiers().disk();
        return disk == null || disk.path() != null
                ? security
                : new PodSecurityContextBuilder(security)
                        .withFsGroup(GROUP)
                        .withFsGroupChangePolicy("OnRootMismatch")
                        .build();
    }

    /**
     * The claim templates of a Pooled pool, which a StatefulSet that is there can't change: it keeps
     * the size and the attributes it has, and {@link ClaimChanges} says what is to change of the claims themselves.
     */
    static List<PersistentVolumeClaim> claims(PoolContext context, @Nullable StatefulSet present) {
        var disk = context.spec().tiers().disk();
        if (disk == null) {
            return List.of();
        }
        return List.of(new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName(VOLUME)
                .withLabels(ChildLabels.of(context.pool(), Component.CACHE_NODE))
                .endMetadata()
                .withSpec(presentClaim(present)
                        .map(claim -> claim(
                                disk,
                                claim.getResources().getRequests().getOrDefault("storage", size(disk)),
                                claim.getVolumeAttributesClassName()))
                        .orElseGet(() -> claim(disk, size(disk), disk.volumeAttributesClassName())))
                .build());
    }

    private static Optional<PersistentVolumeClaimSpec> presentClaim(@Nullable StatefulSet present) {
        return present == null
                ? Optional.empty()
                : present.getSpec().getVolumeClaimTemplates().stream()
                        .filter(claim -> VOLUME.equals(claim.getMetadata().getName()))
                        .map(PersistentVolumeClaim::getSpec)
                        .findFirst();
    }

    private static PersistentVolumeClaimSpec claim(Disk disk, Quantity size, @Nullable String attributes) {
        return new PersistentVolumeClaimSpecBuilder()
                .withAccessModes("ReadWriteOnce")
                .withStorageClassName(disk.storageClassName())
                .withVolumeAttributesClassName(attributes)
                .withNewResources()
                .addToRequests("storage", size)
                .endResources()
                // What the API server would fill in, as it owns the list of templates as a whole.
                .withVolumeMode("Filesystem")
                .build();
    }

    static @Nullable StatefulSetPersistentVolumeClaimRetentionPolicy retention(PoolContext context) {
        var disk = context.spec().tiers().disk();
        if (disk == null) {
            return null;
        }
        var what = disk.retain() ? "Retain" : "Delete";
        return new StatefulSetPersistentVolumeClaimRetentionPolicyBuilder()
                .withWhenDeleted(what)
                .withWhenScaled(what)
                .build();
    }
}
