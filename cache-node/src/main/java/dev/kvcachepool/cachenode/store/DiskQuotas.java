package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.tier.HostTier;
import dev.kvcachepool.cachenode.tier.Quotas;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps tenants within their quotas of the disk: before a record of a tenant at its limit is written, records of the same tenant
 * are erased, those first that came to their place first, unless they are leased or pinned. What a few writers have in hand may
 * exceed a limit. Thread-safe.
 */
final class DiskQuotas {
    /** Of a tenant whose oldest records are all leased or pinned no more are looked at. */
    private static final int LOOKED_AT = 256;

    private final Quotas quotas;
    private final DiskSide side;
    private final Locked locked;
    private final Index index;
    private final HostTier tier;
    private final LongSupplier nanoClock;
    private final DiskCounters counters;

    DiskQuotas(
            Quotas quotas,
            DiskSide side,
            Locked locked,
            Index index,
            HostTier tier,
            LongSupplier nanoClock,
            DiskCounters counters) {
        this.quotas = quotas;
        this.side = side;
        this.locked = locked;
        this.index = index;
        this.tier = tier;
        this.nanoClock = nanoClock;
        this.counters = counters;
    }

    /** Whether an entry may be written now; called without its gate. */
    boolean makeRoom(Entry entry) {
        int group = entry.unit.group();
        if (!quotas.isLimited(group)) {
            return true;
        }
        long limit = quotas.limit(group);
        while (entry.size <= limit) {
            if (locked.run(() -> index.places().bytesOf(group)) + entry.size <= limit) {
                return true;
            }
            var oldest = locked.<@Nullable Entry>run(() -> oldest(group));
            if (oldest == null) {
                break;
            }
            counters.overQuota.increment();
            side.giveUp(oldest);
        }
        counters.notWritten.increment();
        return false;
    }

    private @Nullable Entry oldest(int group) {
        long now = nanoClock.getAsLong();
        return index.places()
                .inOrder(group)
                .limit(LOOKED_AT)
                .filter(entry -> !entry.unit.isLeasedOnDisk(now) && !tier.isPinned(entry.unit))
                .findFirst()
                .orElse(null);
    }
}
