package dev.kvcachepool.cachenode.nearby;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Whether a value has come before within a while: a table of fixed size with one digest a place, in which newer ones take
 * the place of older ones. A digest that is thrown out too early only makes its value come once more. Thread-safe.
 */
final class RecentlyCome {
    private static final int PLACES = 1 << 16;

    private final AtomicLongArray digests = new AtomicLongArray(PLACES);

    /** Notes a value; whether it was noted before. */
    boolean note(long digest) {
        int place = (int) (digest & (PLACES - 1));
        if (digests.get(place) == digest) {
            return true;
        }
        digests.set(place, digest);
        return false;
    }
}
