package dev.kvcachepool.cachenode.nearby;

import java.time.Duration;

/**
 * How long one command may still wait for other nodes in vain, all its keys together: what comes in time costs nothing,
 * so that a command of many keys finds what is there. Owned by the command's thread.
 */
final class Budget {
    private long leftNanos;

    Budget(Duration all) {
        this.leftNanos = all.toNanos();
    }

    /** Until when a look-up that begins now may wait for its first byte, by {@link System#nanoTime}. */
    long end() {
        return System.nanoTime() + leftNanos;
    }

    boolean isSpent() {
        return leftNanos <= 0;
    }

    /** Since {@code nanos}, by {@link System#nanoTime}, nothing has come. */
    void waitedInVainSince(long nanos) {
        leftNanos -= Math.max(0, System.nanoTime() - nanos);
    }
}
