package dev.kvcachepool.cachenode.tier;

import dev.kvcachepool.cachenode.memory.Extent;
import dev.kvcachepool.cachenode.memory.Tenant;
import java.time.Duration;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** Makes room for one extent, in the order that {@link HostTier} tells. Used once, with the tier's lock held. */
final class Room {
    /** Shorter runs are taken only when evicting has not made a longer one: they make reads and writes slower. */
    static final long GOOD_RUN_BYTES = 256 << 10;
    /** Parts of other tenants' memory emptied for one extent; more are in vain, being full of what is leased or read. */
    private static final int MOST_RETIRED = 4;
    /** How long it waits in all for what was evicted and is not free yet. */
    private static final Duration PATIENCE = Duration.ofMillis(200);
    /** What it evicts at most of the tier, besides what was asked for, while what it evicts does not get free. */
    private static final int FURTHER_SHARE = 8;

    private final HostTier tier;
    private final Freeing freeing;
    private final Tenant tenant;
    private final long wanted;
    private long evicted;
    private long patience = PATIENCE.toNanos();
    private int retired;

    Room(HostTier tier, Freeing freeing, Tenant tenant, long wanted) {
        this.tier = tier;
        this.freeing = freeing;
        this.tenant = tenant;
        this.wanted = wanted;
    }

    /** Null where there is none to be made. */
    @Nullable
    Extent make() {
        while (true) {
            boolean more = evicted < wanted && evictOldest();
            var extent = tier.arena().allocate(tenant, wanted, more ? GOOD_RUN_BYTES : 1);
            if (extent != null || !(more || makeMore())) {
                return extent;
            }
        }
    }

    private boolean makeMore() {
        boolean moving = freeing.bytes() > 0;
        if (moving && patience > 0) {
            patience = freeing.await(patience);
            return true;
        }
        // What is being moved may be all that keeps the last part from changing hands.
        if (!(moving && tier.arena().isRetiring()) && evictOthers()) {
            return ++retired <= MOST_RETIRED;
        }
        boolean inVain = moving && evicted - wanted > tier.arena().capacityBytes() / FURTHER_SHARE;
        return !inVain && evictOldest();
    }

    private boolean evictOldest() {
        long before = tier.counters().evictedBytes.sum();
        boolean some = tier.evictOldest();
        evicted += tier.counters().evictedBytes.sum() - before;
        return some;
    }

    /**
     * Evicts what lies in a part of the memory that another tenant has, so that it can be given to this one; false when no
     * other tenant has any.
     */
    private boolean evictOthers() {
        int slice = tier.arena().retireFor(tenant);
        if (slice < 0) {
            return false;
        }
        var there = new ArrayList<TierUnit>();
        tier.forEachEvictable(unit -> {
            if (unit.liesIn(slice)) {
                there.add(unit);
            }
        });
        there.forEach(tier::evict);
        return true;
    }
}
