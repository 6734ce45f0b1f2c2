package dev.kvcachepool.prefixadvert.index;

import dev.kvcachepool.prefixadvert.wire.BlockHash;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A block's hash in 64 bits, which is what the index goes by: of ten million blocks two share them once in 400,000 tables,
 * and then one is taken to be held where the other is. Both halves are multiplied with each other under secrets drawn in
 * each process (the folded multiplication of Wang Yi's wyhash), so that nobody who can choose hashes can make two meet, or
 * aim them all at one place. Fingerprints of texts are mixed with their namespaces in the same way.
 */
public final class Mix {
    private static final long HIGH_SECRET = ThreadLocalRandom.current().nextLong();
    private static final long LOW_SECRET = ThreadLocalRandom.current().nextLong();
    /** From Pelle Evensen's search for good mixers (rrmxmx). */
    private static final long MULTIPLIER = 0x9FB21C651E98DF25L;

    private Mix() {}

    static long of(BlockHash hash) {
        return of(hash.high(), hash.low());
    }

    /** Of two halves. */
    public static long of(long high, long low) {
        long a = high ^ HIGH_SECRET;
        long b = low ^ LOW_SECRET;
        long z = (a * b ^ Math.unsignedMultiplyHigh(a, b)) * MULTIPLIER;
        return z ^ z >>> 32;
    }

    /** The top {@code bits} of a mixed hash, 0 to 63 of them, right-aligned. */
    static long top(long mixed, int bits) {
        return mixed >>> 1 >>> (63 - bits);
    }
}
