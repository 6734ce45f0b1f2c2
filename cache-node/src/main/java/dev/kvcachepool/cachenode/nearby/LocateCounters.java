package dev.kvcachepool.cachenode.nearby;

import java.util.concurrent.atomic.LongAdder;

/** What asking a router has come to since the start. Thread-safe. */
public final class LocateCounters {
    final LongAdder answered = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder late = new LongAdder();
    final LongAdder skipped = new LongAdder();

    /** Calls that were answered. */
    public long answered() {
        return answered.sum();
    }

    /** Calls that failed. */
    public long failed() {
        return failed.sum();
    }

    /** Look-ups that could not wait for their answer. */
    public long late() {
        return late.sum();
    }

    /** Look-ups not made, as calls had just failed. */
    public long skipped() {
        return skipped.sum();
    }
}
