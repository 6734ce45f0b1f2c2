package dev.kvcachepool.prefixadvert.index;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Spreads block hashes over a table. Seeded anew in each process, so that nobody who can choose hashes can aim them all
 * at one place. The multiplier is from Pelle Evensen's search for good mixers (rrmxmx).
 */
final class Mix {
    private static final long SEED = ThreadLocalRandom.current().nextLong();
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final long MULTIPLIER = 0x9FB21C651E98DF25L;

    private Mix() {}

    static long of(long high, long low) {
        var z = (high ^ SEED) + low * GOLDEN;
        z = (z ^ z >>> 32) * MULTIPLIER;
        z = (z ^ z >>> 29) * MULTIPLIER;
        return z ^ z >>> 32;
    }

    /** The top {@code bits} of a mixed hash, 0 to 63 of them, right-aligned. */
    static long top(long mixed, int bits) {
        return mixed >>> 1 >>> (63 - bits);
    }
}
