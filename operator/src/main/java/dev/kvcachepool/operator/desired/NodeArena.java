package dev.kvcachepool.operator.desired;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.List;
import java.util.Map;

/**
 * The host tier of a cache-node as a volume in memory: it lives as long as the pod, whatever becomes of its container. Not where
 * engines read it through sockets: files of a volume can't be sealed, and root in an engine's pod could write to them. In a volume of
 * huge pages lie blocks alone, as files there can be mapped, but not written.
 */
final class NodeArena {
    private static final String VOLUME = "arena";
    /** Not below {@code /var/run}, which in images is a link to {@code /run}, where the engines' folder is. */
    private static final String MOUNT = "/var/lib/kvcachepool-arena";

    private static final String HUGE_VOLUME = "huge-pages";
    private static final String HUGE_MOUNT = "/var/lib/kvcachepool-huge";
    private static final String HUGE_RESOURCE = "hugepages-2Mi";
    private static final long HUGE_PAGE = 2L << 20;

    private static final long MIB = 1L << 20;
    /** The node's table of its values takes so much of the arena at most, between these bounds. */
    private static final long TABLE_SHARE = 64;

    private static final long LEAST_TABLE = MIB;
    private static final long MOST_TABLE = 1L << 30;
    /** Its other files, each in whole pages. */
    private static final long REST = MIB;

    private NodeArena() {}

    /** Bytes that a node of a given arena may write to the volume: blocks, unless they lie in huge pages, and their table. */
    static long bytes(long arenaBytes, boolean hugePages) {
        return arenaBytes == 0
                ? 0
                : (hugePages ? 0 : arenaBytes) + Math.clamp(arenaBytes / TABLE_SHARE, LEAST_TABLE, MOST_TABLE) + REST;
    }

    /** Settings of the nodes; empty without such a volume. */
    static Map<String, String> settings(PoolContext context) {
        if (!isVolume(context)) {
            return Map.of();
        }
        return isHuge(context)
                ? Map.of("KVP_ARENA_PATH", MOUNT, "KVP_HUGE_PAGES_PATH", HUGE_MOUNT)
                : Map.of("KVP_ARENA_PATH", MOUNT);
    }

    static List<Volume> volumes(PoolContext context) {
        if (!isVolume(context)) {
            return List.of();
        }
        long bytes = bytes(arenaBytes(context), isHuge(context));
        var volume = new VolumeBuilder()
                .withName(VOLUME)
                .withNewEmptyDir()
                .withMedium("Memory")
                .withSizeLimit(new Quantity(Long.toString(Math.ceilDiv(bytes, MIB)), "Mi"))
                .endEmptyDir()
                .build();
        return isHuge(context)
                ? List.of(
                        volume,
                        new VolumeBuilder()
                                .withName(HUGE_VOLUME)
                                .withNewEmptyDir()
                                .withMedium("HugePages-2Mi")
                                .endEmptyDir()
                                .build())
                : List.of(volume);
    }

    static List<VolumeMount> mounts(PoolContext context) {
        if (!isVolume(context)) {
            return List.of();
        }
        return isHuge(context)
                ? List.of(mount(VOLUME, MOUNT), mount(HUGE_VOLUME, HUGE_MOUNT))
                : List.of(mount(VOLUME, MOUNT));
    }

    private static VolumeMount mount(String volume, String path) {
        return new VolumeMountBuilder().withName(volume).withMountPath(path).build();
    }

    /** With the huge pages that blocks lie in; they are no part of the container's memory. */
    static ResourceRequirements resources(PoolContext context, ResourceRequirements others) {
        if (!isVolume(context) || !isHuge(context)) {
            return others;
        }
        var pages = new Quantity(Long.toString(arenaBytes(context) / HUGE_PAGE * HUGE_PAGE / MIB), "Mi");
        return new ResourceRequirementsBuilder(others)
                .addToLimits(HUGE_RESOURCE, pages)
                .addToRequests(HUGE_RESOURCE, pages)
                .build();
    }

    private static boolean isHuge(PoolContext context) {
        var host = context.spec().tiers().host();
        return host != null && host.hugePages();
    }

    private static boolean isVolume(PoolContext context) {
        return arenaBytes(context) > 0 && !EngineSockets.areShared(context);
    }

    private static long arenaBytes(PoolContext context) {
        return NodeMemory.of(context.spec()).arenaBytes();
    }
}
