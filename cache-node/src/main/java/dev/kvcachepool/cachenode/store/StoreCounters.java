package dev.kvcachepool.cachenode.store;

import java.util.concurrent.atomic.LongAdder;

/** What a store has counted since the start. Thread-safe. */
public final class StoreCounters {
    final LongAdder hits = new LongAdder();
    final LongAdder misses = new LongAdder();
    final LongAdder stored = new LongAdder();
    final LongAdder dropped = new LongAdder();
    final LongAdder expired = new LongAdder();
    final LongAdder notSteerable = new LongAdder();

    StoreCounters() {}

    /** Values read from memory. */
    public long hits() {
        return hits.sum();
    }

    /** Reads of keys that were not there. */
    public long misses() {
        return misses.sum();
    }

    /** Values stored. */
    public long stored() {
        return stored.sum();
    }

    /** Values accepted and dropped, as there was no room. */
    public long dropped() {
        return dropped.sum();
    }

    /** Keys whose time to live was over. */
    public long expired() {
        return expired.sum();
    }

    /** Chunks that parse but are not advertised: their model is not declared, or declared with another kind of hash. */
    public long notSteerable() {
        return notSteerable.sum();
    }
}
