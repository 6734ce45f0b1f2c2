package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.memory.Value;
import dev.kvcachepool.cachenode.tier.TierUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What of a chunk lies on the GPU: evicted from there as one. Guarded by the tier's lock. */
final class GpuUnit extends TierUnit {
    final ChunkUnit chunk;
    private final Predicate<ChunkUnit> pinned;
    private final Consumer<GpuUnit> onEvicted;

    /**
     * Of a chunk, without a value yet.
     *
     * @param pinned whether a chunk is to be kept
     */
    GpuUnit(ChunkUnit chunk, long named, Predicate<ChunkUnit> pinned, Consumer<GpuUnit> onEvicted) {
        super(named, chunk.group());
        this.chunk = chunk;
        this.pinned = pinned;
        this.onEvicted = onEvicted;
    }

    private boolean any(Predicate<Value> condition) {
        for (var entry : chunk.entries) {
            if (entry.onGpu != null && condition.test(entry.onGpu)) {
                return true;
            }
        }
        return false;
    }

    boolean isEmpty() {
        return !any(value -> true);
    }

    @Override
    protected boolean inUse() {
        return pinned.test(chunk) || any(Value::isShared);
    }

    @Override
    protected boolean liesIn(int slice) {
        return any(value -> value.liesIn(slice));
    }

    @Override
    protected long heldBytes() {
        return bytes();
    }

    @Override
    protected void leaseEnded() {}

    @Override
    protected void evicted() {
        onEvicted.accept(this);
    }
}
