package dev.kvcachepool.cachenode.store;

import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/** What a store has counted since the start. Thread-safe. */
public final class StoreCounters {
    final LongAdder hits = new LongAdder();
    final LongAdder misses = new LongAdder();
    final LongAdder stored = new LongAdder();
    final LongAdder dropped = new LongAdder();
    final LongAdder expired = new LongAdder();
    final LongAdder notSteerable = new LongAdder();

    private final LongAdder[] hitsOf;
    private final LongAdder[] missesOf;

    /** Of a store whose keys are of so many groups. */
    StoreCounters(int groups) {
        this.hitsOf = new LongAdder[groups];
        this.missesOf = new LongAdder[groups];
        Arrays.setAll(hitsOf, group -> new LongAdder());
        Arrays.setAll(missesOf, group -> new LongAdder());
    }

    /** A value of a group was found, wherever it was. */
    void hit(int group) {
        hitsOf[group].increment();
    }

    void missed(int group) {
        misses.increment();
        missesOf[group].increment();
    }

    /** Values of a group that were read, wherever they were. */
    public long hits(int group) {
        return hitsOf[group].sum();
    }

    /** Reads of a group's keys that were not there. */
    public long misses(int group) {
        return missesOf[group].sum();
    }

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
