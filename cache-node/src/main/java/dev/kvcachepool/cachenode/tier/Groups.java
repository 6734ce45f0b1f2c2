package dev.kvcachepool.cachenode.tier;

import dev.kvcachepool.cachenode.memory.ExtentSource;
import java.util.Arrays;
import java.util.function.LongPredicate;

/**
 * The groups of tenants that a tier tells apart, for who fills it and for their figures. Thread-safe but for {@link #resized},
 * which is called with the tier's lock held.
 */
public final class Groups {
    private final HostTier tier;
    private final Quotas quotas;
    private final GroupOrder order;
    private final ExtentSource[] sources;

    Groups(HostTier tier, Quotas quotas, GroupOrder order) {
        this.tier = tier;
        this.quotas = quotas;
        this.order = order;
        this.sources = new ExtentSource[quotas.groups()];
        Arrays.setAll(
                sources,
                group -> quotas.isLimited(group) ? new GroupSource(tier, this, group, quotas.limit(group)) : tier);
    }

    /** What each may take of this tier. */
    public Quotas quotas() {
        return quotas;
    }

    /** Where values of a group take their memory from. */
    public ExtentSource source(int group) {
        return sources[group];
    }

    /** Bytes of a group's units. */
    public long used(int group) {
        return order.used(group);
    }

    /** Whether so many bytes more are within a group's quota. */
    public boolean hasRoom(int group, long bytes) {
        return !quotas.isLimited(group) || order.used(group) + bytes <= quotas.limit(group);
    }

    /** Values of a group that were dropped as its quota was full of what can't be evicted, or smaller than they are. */
    public long refused(int group) {
        return sources[group] instanceof GroupSource limited ? limited.refused() : 0;
    }

    void resized(TierUnit unit, long bytes) {
        order.resized(unit, bytes);
    }

    /**
     * Evicts units of a group until its bytes are few enough; false when they are not, and nothing is left that can be evicted.
     *
     * @param enough asked with the lock held
     */
    boolean evictUntil(int group, LongPredicate enough) {
        return tier.whileLocked(() -> {
            while (!enough.test(order.used(group))) {
                var unit = order.nextOf(group, tier::isEvictable);
                if (unit == null) {
                    return false;
                }
                tier.evict(unit);
            }
            return true;
        });
    }
}
