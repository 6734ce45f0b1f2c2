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

    final LongAdder ahead = new LongAdder();
    final LongAdder aheadUsed = new LongAdder();
    final LongAdder aheadCancelled = new LongAdder();
    final LongAdder aheadSkipped = new LongAdder();
    final LongAdder overQuota = new LongAdder();
    final LongAdder yields = new LongAdder();
    final LongAdder compacted = new LongAdder();

    DiskCounters() {}

    /** Values read from disk for a client. */
    public long hits() {
        return hits.sum();
    }

    /** Records that were erased as their tenant was at its quota. */
    public long overQuota() {
        return overQuota.sum();
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

    /** Values read into memory before they were asked for. */
    public long ahead() {
        return ahead.sum();
    }

    /** Values read ahead that were then asked for while in memory. */
    public long aheadUsed() {
        return aheadUsed.sum();
    }

    /** Values not read ahead as their lease had ended, or the client was faster. */
    public long aheadCancelled() {
        return aheadCancelled.sum();
    }

    /** Values not read ahead as too many waited, or as they are too large for it. */
    public long aheadSkipped() {
        return aheadSkipped.sum();
    }

    /** Pauses of moving and comparing, for reads. */
    public long yields() {
        return yields.sum();
    }

    /** Segments given up early as little of them was still a key's value: all of that was moved on. */
    public long compacted() {
        return compacted.sum();
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
