package dev.kvcachepool.cachenode.store;

import java.util.concurrent.atomic.LongAdder;

/** What a store has counted of its disk since the start. Thread-safe. */
public final class DiskCounters {
    final LongAdder hits = new LongAdder();
    final LongAdder lost = new LongAdder();
    final LongAdder noMemory = new LongAdder();
    final LongAdder skipped = new LongAdder();
    final LongAdder notWritten = new LongAdder();
    final LongAdder pauses = new LongAdder();
    final LongAdder moved = new LongAdder();
    final LongAdder givenUp = new LongAdder();
    final LongAdder proven = new LongAdder();
    final LongAdder recovered = new LongAdder();
    final LongAdder superseded = new LongAdder();

    DiskCounters() {}

    /** Values read from disk for a client. */
    public long hits() {
        return hits.sum();
    }

    /** Values that were not what had been written when they were read or compared. */
    public long lost() {
        return lost.sum();
    }

    /** Reads that found no memory to read into. */
    public long noMemory() {
        return noMemory.sum();
    }

    /** Values that were not to be written for now, as too many waited already. */
    public long skipped() {
        return skipped.sum();
    }

    /** Values that the disk would not take. */
    public long notWritten() {
        return notWritten.sum();
    }

    /** Stores that waited for the disk as long as they may, in vain. */
    public long pauses() {
        return pauses.sum();
    }

    /** Values moved on before their segment was given up. */
    public long moved() {
        return moved.sum();
    }

    /** Values that left the disk with their segment. */
    public long givenUp() {
        return givenUp.sum();
    }

    /** Values of an earlier process that were compared and found right. */
    public long proven() {
        return proven.sum();
    }

    /** Values of an earlier process that were found at the start. */
    public long recovered() {
        return recovered.sum();
    }

    /** Records of an earlier process that were erased at the start: older ones of their key, or not wanted. */
    public long superseded() {
        return superseded.sum();
    }
}
