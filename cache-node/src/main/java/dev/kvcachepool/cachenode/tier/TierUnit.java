package dev.kvcachepool.cachenode.tier;

import dev.kvcachepool.cachenode.memory.PagedArena;
import org.jspecify.annotations.Nullable;

/**
 * What a tier evicts as one. Not thread-safe: guarded by the tier's lock, as are its subclasses.
 *
 * <p>A unit is in exactly one list of its tier: in order of use, or of leases while it is leased.
 */
public abstract class TierUnit {
    @Nullable
    TierUnit older;

    @Nullable
    TierUnit newer;

    @Nullable
    UnitList list;

    long bytes;
    long indexBytes;
    long leasedUntilNanos;

    /** Bytes of the tier's memory that this unit's values occupy. */
    public final long bytes() {
        return bytes;
    }

    /** Whether a reader holds one of its values, so that evicting it would free nothing yet. */
    protected abstract boolean inUse();

    /** Whether any of its values lies in a part of the memory that {@link PagedArena#retireFor} has named. */
    protected abstract boolean liesIn(int slice);

    /** Told that its lease has ended, by whatever reason. */
    protected abstract void leaseEnded();

    /** Told that the tier evicts it: releases its values and vanishes from the store's index. */
    protected abstract void evicted();
}
