package dev.kvcachepool.router.http;

import dev.kvcachepool.router.pick.Ranked;
import dev.kvcachepool.router.policy.Estimate;
import java.util.LinkedHashMap;
import java.util.Map;

/** What an endpoint's place in a ranking is made of, for those who ask. */
final class Explanation {
    private Explanation() {}

    /**
     * Its parts, times in milliseconds.
     *
     * @param nowNanos on the clock of {@link System#nanoTime}, for the age of what the engine said
     */
    static Map<String, Object> of(Ranked ranked, long nowNanos) {
        var parts = of(ranked.estimate());
        parts.put("foreignQueueMs", millis(ranked.endpoint().foreignNanos()));
        var report = ranked.endpoint().report();
        if (report != null) {
            var engine = new LinkedHashMap<String, Object>();
            engine.put("waiting", report.waiting());
            engine.put("running", report.running());
            engine.put("kvCacheUsage", report.kvCacheUsage());
            engine.put("ageMs", millis(nowNanos - report.atNanos()));
            parts.put("engine", engine);
        }
        return parts;
    }

    /** What an estimate itself tells. */
    static Map<String, Object> of(Estimate estimate) {
        var parts = new LinkedHashMap<String, Object>();
        parts.put("queueMs", millis(estimate.queueNanos()));
        parts.put("missingTokens", estimate.missingTokens());
        parts.put("prefillMs", millis(estimate.prefillNanos()));
        parts.put("readMs", millis(estimate.readNanos()));
        parts.put("delayOfOthersMs", millis(estimate.delayNanos()));
        parts.put("outstanding", estimate.outstanding());
        parts.put("busy", estimate.busy());
        parts.put("quietNode", estimate.quiet());
        parts.put("heldBack", estimate.heldBack());
        return parts;
    }

    private static double millis(long nanos) {
        return nanos / 1e6;
    }
}
