package dev.kvcachepool.router.pick;

import dev.kvcachepool.router.endpoint.Endpoint;
import dev.kvcachepool.router.policy.Estimate;
import java.util.concurrent.TimeUnit;

/**
 * One endpoint's place in a ranking.
 *
 * @param score 1 for the best there can be, towards 0 for worse; falls from rank to rank
 * @param totalBlocks full blocks of the prompt
 * @param loadAlone why the prompt could not be looked up; empty where it was
 */
public record Ranked(Endpoint endpoint, Estimate estimate, double score, int totalBlocks, String loadAlone) {

    /** What the place rests on, in a few words, for humans. Put together when asked for: most picks don't. */
    public String reason() {
        var queue = "queue " + TimeUnit.NANOSECONDS.toMillis(estimate.queueNanos()) + " ms";
        if (!loadAlone.isEmpty()) {
            var session =
                    estimate.heldBlocks() > 0 ? ", had its session's last " + estimate.heldBlocks() + " tokens" : "";
            return "load alone, " + loadAlone + ": " + queue + session;
        }
        var quiet = estimate.quiet() ? ", its node is quiet" : "";
        return "holds " + estimate.heldBlocks() + " of " + totalBlocks + " blocks, " + queue + quiet;
    }
}
