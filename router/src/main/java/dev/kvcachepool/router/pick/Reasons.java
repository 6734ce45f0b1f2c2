package dev.kvcachepool.router.pick;

import dev.kvcachepool.router.policy.Estimate;
import java.util.concurrent.TimeUnit;

/** Says in a few words what an endpoint's place rests on. */
final class Reasons {
    private Reasons() {}

    static String of(Estimate estimate, Steering.Plan plan) {
        var queue = "queue " + TimeUnit.NANOSECONDS.toMillis(estimate.queueNanos()) + " ms";
        if (!plan.loadAlone().isEmpty()) {
            return "load alone, " + plan.loadAlone() + ": " + queue;
        }
        var quiet = estimate.quiet() ? ", its node is quiet" : "";
        return "holds " + estimate.heldBlocks() + " of " + plan.size().blocks() + " blocks, " + queue + quiet;
    }
}
