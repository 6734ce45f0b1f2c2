package dev.kvcachepool.operator.desired;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.List;
import java.util.Map;

/**
 * The host tier of a cache-node as a volume in memory: it lives as long as the pod, whatever becomes of its container. Not where
 * engines read it through sockets: files of a volume can't be sealed, and root in an engine's pod could write to them.
 */
final class NodeArena {
    private static final String VOLUME = "arena";
    /** Not below {@code /var/run}, which in images is a link to {@code /run}, where the engines' folder is. */
    private static final String MOUNT = "/var/lib/kvcachepool-arena";

    private static final long MIB = 1L << 20;
    /** The node's table of its values takes so much of the arena at most, between these bounds. */
    private static final long TABLE_SHARE = 64;

    private static final long LEAST_TABLE = MIB;
    private static final long MOST_TABLE = 1L << 30;
    /** Its other files, each in whole pages. */
    private static final long REST = MIB;

    private NodeArena() {}

    /** Bytes that a node of a given arena may write there. */
    static long bytes(long arenaBytes) {
        return arenaBytes == 0 ? 0 : arenaBytes + Math.clamp(arenaBytes / TABLE_SHARE, LEAST_TABLE, MOST_TABLE) + REST;
    }

    /** Settings of the nodes; empty without such a volume. */
    static Map<String, String> settings(PoolContext context) {
        return isVolume(context) ? Map.of("KVP_ARENA_PATH", MOUNT) : Map.of();
    }

    static List<Volume> volumes(PoolContext context) {
        return isVolume(context)
                ? List.of(new VolumeBuilder()
                        .withName(VOLUME)
                        .withNewEmptyDir()
                        .withMedium("Memory")
                        .withSizeLimit(new Quantity(Long.toString(Math.ceilDiv(bytes(arenaBytes(context)), MIB)), "Mi"))
                        .endEmptyDir()
                        .build())
                : List.of();
    }

    static List<VolumeMount> mounts(PoolContext context) {
        return isVolume(context)
                ? List.of(new VolumeMountBuilder()
                        .withName(VOLUME)
                        .withMountPath(MOUNT)
                        .build())
                : List.of();
    }

    private static boolean isVolume(PoolContext context) {
        return arenaBytes(context) > 0 && context.spec().protocols().local() == null;
    }

    private static long arenaBytes(PoolContext context) {
        return NodeMemory.of(context.spec().tiers()).arenaBytes();
    }
}
