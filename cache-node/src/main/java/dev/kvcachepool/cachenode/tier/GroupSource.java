package dev.kvcachepool.cachenode.tier;

import dev.kvcachepool.cachenode.memory.Extent;
import dev.kvcachepool.cachenode.memory.ExtentSource;
import dev.kvcachepool.cachenode.memory.PagedArena;
import dev.kvcachepool.cachenode.memory.Tenant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Memory for values of a group with a quota: what it has stored and what is on its way never exceed its limit by more than
 * values that were complete a moment ago. At its limit its own units are evicted, and nobody else's. Thread-safe.
 */
final class GroupSource implements ExtentSource {
    private final HostTier tier;
    private final Groups groups;
    private final int group;
    private final long limit;
    private final AtomicLong inFlight = new AtomicLong();
    private final LongAdder refused = new LongAdder();

    GroupSource(HostTier tier, Groups groups, int group, long limit) {
        this.tier = tier;
        this.groups = groups;
        this.group = group;
        this.limit = limit;
    }

    /** Values dropped because nothing of the group could be evicted, or that are larger than its limit. */
    long refused() {
        return refused.sum();
    }

    @Override
    public @Nullable Extent take(Tenant tenant, long wanted) {
        long most = Math.min(wanted, PagedArena.PAGE_BYTES);
        // Of a value that can't fit nothing is evicted for.
        if (wanted > limit || !reserve(most)) {
            refused.increment();
            return null;
        }
        Extent extent = null;
        try {
            extent = tier.take(tenant, wanted);
        } finally {
            inFlight.addAndGet((extent == null ? 0 : extent.bytes()) - most);
        }
        return extent;
    }

    private boolean reserve(long bytes) {
        return groups.evictUntil(group, used -> {
            boolean fits = used + inFlight.get() + bytes <= limit;
            if (fits) {
                inFlight.addAndGet(bytes);
            }
            return fits;
        });
    }

    @Override
    public void settled(long bytes) {
        inFlight.addAndGet(-bytes);
        tier.settled(bytes);
    }
}
