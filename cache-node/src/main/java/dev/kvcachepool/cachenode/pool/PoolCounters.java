package dev.kvcachepool.cachenode.pool;

import java.util.concurrent.atomic.LongAdder;

/** What living in a pool has come to since the start. Thread-safe. */
public final class PoolCounters {
    final LongAdder moved = new LongAdder();
    final LongAdder movedBytes = new LongAdder();
    final LongAdder handedOver = new LongAdder();
    final LongAdder notHandedOver = new LongAdder();
    final LongAdder purged = new LongAdder();
    final LongAdder homeless = new LongAdder();

    PoolCounters() {}

    /** Values that came here from an earlier home. */
    public long moved() {
        return moved.sum();
    }

    public long movedBytes() {
        return movedBytes.sum();
    }

    /** Keys that another home took over while this node drained. */
    public long handedOver() {
        return handedOver.sum();
    }

    /** Keys that nobody took in time. */
    public long notHandedOver() {
        return notHandedOver.sum();
    }

    /** Keys removed, as they live elsewhere and nobody had asked for them. */
    public long purged() {
        return purged.sum();
    }

    /** Requests given up since the key's home moved faster than they could follow, or nobody served. */
    public long homeless() {
        return homeless.sum();
    }
}
