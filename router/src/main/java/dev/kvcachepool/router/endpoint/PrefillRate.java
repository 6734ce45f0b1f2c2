package dev.kvcachepool.router.endpoint;

/**
 * An endpoint's prefill rate, learned from first bytes.
 *
 * <p>{@code rate = (sum of tokens + PRIOR · prior) / (sum of seconds + PRIOR)}: both sums fade by a constant share a
 * sample, and the prior is what the whole pool shows. As a ratio of sums, long prompts count for more than short ones,
 * whose missing tokens are least certain (a mean of ratios let them mislead the queues by a third); with the prior, an
 * endpoint of few samples goes by the others. After a warm-up a sample's time is cut to within {@value #OUTLIER} times
 * of what was expected. Not thread-safe.
 */
final class PrefillRate {
    static final int WARM_UP = 5;
    static final double SHARE = 0.08;
    static final double OUTLIER = 4;
    static final double PRIOR_SECONDS = 1;

    private double tokens;
    private double seconds;
    private int samples;

    /** Takes a sample: {@code newTokens} were computed in {@code nanos}. */
    void observe(long newTokens, long nanos, double prior) {
        if (newTokens <= 0 || nanos <= 0) {
            return;
        }
        var took = nanos / 1e9;
        if (samples >= WARM_UP) {
            var expected = newTokens / tokensPerSecond(prior);
            took = Math.clamp(took, expected / OUTLIER, expected * OUTLIER);
        }
        tokens = tokens * (1 - SHARE) + newTokens;
        seconds = seconds * (1 - SHARE) + took;
        samples = Math.min(samples + 1, WARM_UP);
    }

    /**
     * Tokens a second.
     *
     * @param prior the rate to go by as long as there are few samples
     */
    double tokensPerSecond(double prior) {
        return (tokens + PRIOR_SECONDS * prior) / (seconds + PRIOR_SECONDS);
    }

    /** First bytes that it was learned from, up to {@value #WARM_UP}. */
    int samples() {
        return samples;
    }

    /** Tokens computed of late. */
    double tokens() {
        return tokens;
    }

    /** Seconds that they took. */
    double seconds() {
        return seconds;
    }
}
