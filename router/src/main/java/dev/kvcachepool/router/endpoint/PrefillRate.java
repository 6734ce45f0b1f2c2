package dev.kvcachepool.router.endpoint;

/**
 * An endpoint's prefill rate, learned from first bytes.
 *
 * <p>The mean of the samples' logarithms, the first {@value #WARM_UP} weighing equally, later ones by a constant share.
 * In logarithms a stall that makes one sample ten times slower pulls as hard as one ten times faster, and after the warm-up
 * a sample is cut to within {@value #OUTLIER} times the present value. Prompts of few missing tokens are not sampled:
 * fixed costs dominate them. Not thread-safe.
 */
final class PrefillRate {
    static final int MIN_TOKENS = 128;
    static final int WARM_UP = 5;
    static final double SHARE = 0.15;
    static final double OUTLIER = 4;
    static final double MIN = 1;
    static final double MAX = 1e8;

    private double logRate;
    private int samples;

    /** Takes a sample: {@code tokens} were computed in {@code nanos}. */
    void observe(long tokens, long nanos) {
        if (tokens < MIN_TOKENS || nanos <= 0) {
            return;
        }
        var sample = Math.log(Math.clamp(tokens * 1e9 / nanos, MIN, MAX));
        if (samples >= WARM_UP) {
            sample = Math.clamp(sample, logRate - Math.log(OUTLIER), logRate + Math.log(OUTLIER));
        }
        logRate += (sample - logRate) * Math.max(SHARE, 1.0 / (samples + 1));
        samples = Math.min(samples + 1, Integer.MAX_VALUE - 1);
    }

    boolean known() {
        return samples > 0;
    }

    /** Tokens a second; meaningful once {@link #known()}. */
    double tokensPerSecond() {
        return Math.exp(logRate);
    }
}
