package dev.kvcachepool.router.endpoint;

/**
 * Prefill work at an endpoint that this router did not send there, from the engine's own word on its queue.
 *
 * <p>Of the requests that waited there when the engine was asked those that this router had sent account for some; the
 * others are of other routers, each taken to be as long as ours are on the average, and one of them half done if none of
 * ours was in service. A report ages: what it tells of has been worked on since, and after {@link #TRUSTED_NANOS} it says
 * nothing. Not thread-safe.
 */
final class ForeignWork {
    static final long TRUSTED_NANOS = 2_000_000_000;
    /** What a request counts in the average of ours. */
    static final double SHARE = .05;

    private double meanNanos;
    private double requests;
    private long reportedAt;

    /** This router has sent a request of so much work. */
    void sent(long workNanos) {
        meanNanos = meanNanos == 0 ? workNanos : meanNanos + SHARE * (workNanos - meanNanos);
    }

    /**
     * The engine has said how it was at {@code report.atNanos()}.
     *
     * @param own requests of this router whose first byte had not come then
     */
    void reported(EngineReport report, int own) {
        var waitingOfOurs = Math.max(0, own - 1);
        var others = Math.max(0, report.waiting() - waitingOfOurs);
        requests = others > 0 && own == 0 ? others + .5 : others;
        reportedAt = report.atNanos();
    }

    /**
     * What is left of it.
     *
     * @param idleOfOurs whether nothing of this router's is there, so that the engine works on the others'
     */
    long nanos(long now, boolean idleOfOurs) {
        var age = now - reportedAt;
        if (requests == 0 || age > TRUSTED_NANOS) {
            return 0;
        }
        return Math.max(0, (long) (requests * meanNanos) - (idleOfOurs ? age : 0));
    }
}
