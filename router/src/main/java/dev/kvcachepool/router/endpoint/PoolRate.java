package dev.kvcachepool.router.endpoint;

/**
 * The prefill rate that all endpoints together show: a ratio of the sums that each has learned, kept in step with every
 * sample, so that a pick asks nobody. Thread-safe.
 */
final class PoolRate {
    /** Below it is what rounding leaves of sums that were taken back. */
    private static final double LEAST_SECONDS = 1e-9;

    private final double initial;
    private double tokens;
    private double seconds;
    private volatile double tokensPerSecond;

    /** {@code initial}: tokens a second, until an endpoint has shown its own. */
    PoolRate(double initial) {
        this.initial = initial;
        this.tokensPerSecond = initial;
    }

    /** What an endpoint has learned changes by so much; it takes back what it gave when it leaves. */
    synchronized void add(double moreTokens, double moreSeconds) {
        tokens = Math.max(0, tokens + moreTokens);
        seconds = Math.max(0, seconds + moreSeconds);
        tokensPerSecond = seconds > LEAST_SECONDS ? tokens / seconds : initial;
    }

    /** Whether an endpoint has shown its rate. */
    synchronized boolean isKnown() {
        return seconds > LEAST_SECONDS;
    }

    double tokensPerSecond() {
        return tokensPerSecond;
    }
}
