package dev.kvcachepool.operator.desired;

import dev.kvcachepool.crds.KVCachePool;
import org.jspecify.annotations.Nullable;

/**
 * How many cache-nodes a Pooled pool shall have. With {@code spec.autoscaling} that is what was decided on last, which the status
 * remembers; before the first decision, and where the status was lost, what there is. Who takes {@code spec.autoscaling} away and
 * gives no {@code spec.replicas} keeps what there is: the default would throw the others' blocks away. Pure.
 */
public final class NodeCount {
    private static final int BY_DEFAULT = 1;

    private NodeCount() {}

    /** {@code present} is what the pool's StatefulSet has, null where there is none, and where it plays no part. */
    public static int of(KVCachePool pool, @Nullable Integer present) {
        var spec = pool.getSpec();
        var replicas = spec.replicas();
        if (replicas != null) {
            return replicas;
        }
        var decided = decided(pool);
        var autoscaling = spec.autoscaling();
        if (autoscaling == null) {
            return decided == null ? BY_DEFAULT : decided;
        }
        var last = decided == null ? present : decided;
        return Math.clamp(last == null ? 0 : last, autoscaling.min(), autoscaling.max());
    }

    /** Whether what the pool's StatefulSet has plays a part: only until the first decision. */
    public static boolean followsPresent(KVCachePool pool) {
        var spec = pool.getSpec();
        return spec.autoscaling() != null && spec.replicas() == null && decided(pool) == null;
    }

    /** What was decided on last; null where nothing was. */
    public static @Nullable Integer decided(KVCachePool pool) {
        var status = pool.getStatus();
        return status == null || status.autoscaling() == null
                ? null
                : status.autoscaling().desired();
    }
}
