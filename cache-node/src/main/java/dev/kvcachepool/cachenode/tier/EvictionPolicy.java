package dev.kvcachepool.cachenode.tier;

import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The order in which units are evicted. Guarded by the tier's lock; every call is O(1), {@link #next} amortised, and a
 * use allocates nothing. Sizes are bytes.
 *
 * <p>A unit stays in the order while it is leased or pinned: {@link #next} goes past it.
 */
interface EvictionPolicy {

    /** Takes in a unit that has come to memory. */
    void add(TierUnit unit);

    /** Another value of a unit has come, as ranks do one by one: no use of it. */
    default void filled(TierUnit unit) {}

    /** A unit was used. */
    void used(TierUnit unit);

    /** A unit's lease is over, whose use was told when it began. */
    default void returned(TierUnit unit) {}

    /**
     * The unit to be evicted next, which stays until it is removed.
     *
     * @param evictable false for units to be gone past
     * @return null when there is none
     */
    @Nullable
    TierUnit next(Predicate<TierUnit> evictable);

    /** A unit that {@link #next} chose goes: remembers what it needs to. */
    default void evicted(TierUnit unit) {
        remove(unit);
    }

    /** Forgets a unit. */
    void remove(TierUnit unit);

    /** All units, those worth most first. */
    void forEachByUse(Consumer<TierUnit> each);

    /** Units that are remembered after their eviction. */
    default int ghosts() {
        return 0;
    }
}
