package dev.kvcachepool.prefixadvert.anyposition;

/**
 * The polynomial fingerprint of LMCache's blend index, mod 2^64: {@code t0 · B^(k-1) + t1 · B^(k-2) + … + t(k-1)}. Rolled
 * along a sequence it costs two multiplications a token (Karp and Rabin, 1987). Others can make texts that share one:
 * never a proof of equality.
 */
final class Fingerprint {
    static final long BASE = 0x9E3779B97F4A7C15L;

    private Fingerprint() {}

    /** Of {@code length} tokens from {@code from}. */
    static long of(int[] tokens, int from, int length) {
        long fingerprint = 0;
        for (int i = from; i < from + length; i++) {
            fingerprint = fingerprint * BASE + tokens[i];
        }
        return fingerprint;
    }

    /** {@code BASE^exponent}. */
    static long power(int exponent) {
        long power = 1;
        for (int i = 0; i < exponent; i++) {
            power *= BASE;
        }
        return power;
    }

    /**
     * One token further.
     *
     * @param power of the window's length
     */
    static long roll(long fingerprint, long power, int leaving, int entering) {
        return fingerprint * BASE + (entering - leaving * power);
    }
}
