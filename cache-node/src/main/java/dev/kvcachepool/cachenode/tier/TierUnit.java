package dev.kvcachepool.cachenode.tier;

import dev.kvcachepool.cachenode.memory.PagedArena;

/**
 * What a tier evicts as one. Not thread-safe: guarded by the tier's lock, as are its subclasses.
 *
 * <p>While a unit has values in memory it is in exactly one list of the tier's policy, leased and pinned or not.
 */
public abstract class TierUnit {
    /** The same whenever the same chunk comes again: by it a policy knows what it has evicted. */
    final long id;

    /** Whose quota it counts for; {@link Quotas#OTHERS} for nobody's. */
    final int group;

    /** Its place in the policy's order. */
    @SuppressWarnings("this-escape") // a node only keeps its unit
    final UnitNode order = new UnitNode(this);

    /** Its place among the leases. */
    @SuppressWarnings("this-escape") // as above
    final UnitNode lease = new UnitNode(this);

    /** Uses as the policy counts them. */
    int uses;

    long bytes;
    long indexBytes;
    long leasedUntilNanos;
    boolean pinned;
    long pinnedUntilNanos;
    /** Tells pins with the same end apart. */
    long pinNumber;
    /** What it counts for among the pins, bytes. */
    long pinnedBytes;

    /**
     * A unit that no tier knows yet, and that counts for nobody's quota.
     *
     * @param id a hash of what names it: equal for equal chunks, well spread
     */
    protected TierUnit(long id) {
        this(id, Quotas.OTHERS);
    }

    /**
     * The same.
     *
     * @param group whose quota it counts for, as the tier's {@link Quotas} number them
     */
    protected TierUnit(long id, int group) {
        this.id = id;
        this.group = group;
    }

    /** Whose quota it counts for. */
    public final int group() {
        return group;
    }

    /** Bytes of the tier's memory that this unit's values occupy. */
    public final long bytes() {
        return bytes;
    }

    /** Whether a reader holds one of its values, so that evicting it would free nothing yet. */
    protected abstract boolean inUse();

    /** Whether any of its values lies in a part of the memory that {@link PagedArena#retireFor} has named. */
    protected abstract boolean liesIn(int slice);

    /** Bytes of its values, wherever they are: what a pin counts for. */
    protected abstract long heldBytes();

    /** Told that its lease has ended, by whatever reason. */
    protected abstract void leaseEnded();

    /** Told that the tier evicts it: releases its values and vanishes from the store's index. */
    protected abstract void evicted();
}
