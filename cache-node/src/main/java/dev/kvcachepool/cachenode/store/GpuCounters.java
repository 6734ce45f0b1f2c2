package dev.kvcachepool.cachenode.store;

import java.util.concurrent.atomic.LongAdder;

/** What a store has counted of its GPU since the start. Thread-safe. */
public final class GpuCounters {
    final LongAdder hits = new LongAdder();
    final LongAdder moved = new LongAdder();
    final LongAdder movedBytes = new LongAdder();
    final LongAdder returned = new LongAdder();
    final LongAdder skipped = new LongAdder();
    final LongAdder noRoom = new LongAdder();
    final LongAdder noMemory = new LongAdder();
    final LongAdder corrupt = new LongAdder();
    final LongAdder evicted = new LongAdder();
    final LongAdder losses = new LongAdder();
    final LongAdder refused = new LongAdder();

    GpuCounters() {}

    /** Values read from the GPU. */
    public long hits() {
        return hits.sum();
    }

    /** Values copied to the GPU. */
    public long moved() {
        return moved.sum();
    }

    public long movedBytes() {
        return movedBytes.sum();
    }

    /** Values asked for again while they were on their way to the GPU. */
    public long returned() {
        return returned.sum();
    }

    /** Values not copied, as too many waited, or the index was full. */
    public long skipped() {
        return skipped.sum();
    }

    /** Values for which the GPU had no room, as all of it was being read or pinned. */
    public long noRoom() {
        return noRoom.sum();
    }

    /** Reads that found no host memory to read into. */
    public long noMemory() {
        return noMemory.sum();
    }

    /** Values that came back other than they had gone. */
    public long corrupt() {
        return corrupt.sum();
    }

    /** Chunks evicted from the GPU. */
    public long evicted() {
        return evicted.sum();
    }

    /** How often the device was lost. */
    public long losses() {
        return losses.sum();
    }

    /** Copies that the device refused without being lost. */
    public long refused() {
        return refused.sum();
    }
}
