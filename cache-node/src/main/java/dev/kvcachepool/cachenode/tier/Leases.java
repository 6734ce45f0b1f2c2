package dev.kvcachepool.cachenode.tier;

import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Units that are not evicted until they were read, or for some time: within a share of the tier. Guarded by its lock. */
final class Leases {
    private final UnitList units = new UnitList();
    private final long limit;
    private final long nanos;
    private final LongSupplier nanoClock;
    private final EvictionPolicy policy;
    private final TierCounters counters;

    /** Leases of {@code nanos} each, on at most {@code limit} bytes. */
    Leases(long limit, long nanos, LongSupplier nanoClock, EvictionPolicy policy, TierCounters counters) {
        this.limit = limit;
        this.nanos = nanos;
        this.nanoClock = nanoClock;
        this.policy = policy;
        this.counters = counters;
    }

    long bytes() {
        return units.bytes();
    }

    boolean has(TierUnit unit) {
        return unit.lease.list != null;
    }

    /** Leases a unit for the full time from now on; false when it is more than all leases may hold. */
    boolean add(TierUnit unit) {
        if (!has(unit)) {
            counters.leases.increment();
            policy.used(unit);
        }
        unit.leasedUntilNanos = nanoClock.getAsLong() + nanos;
        units.add(unit.lease);
        cut();
        return has(unit);
    }

    void end(TierUnit unit) {
        if (has(unit)) {
            unit.lease.leave();
            policy.returned(unit);
            unit.leaseEnded();
        }
    }

    /** Ends what is over. */
    void expire() {
        long now = nanoClock.getAsLong();
        for (var node = units.oldest(); node != null && now - node.unit.leasedUntilNanos >= 0; node = units.oldest()) {
            counters.leasesExpired.increment();
            end(node.unit);
        }
    }

    void resized(TierUnit unit, long by) {
        if (has(unit)) {
            units.resized(by);
            cut();
        }
    }

    private void cut() {
        for (var node = units.oldest(); node != null && units.bytes() > limit; node = units.oldest()) {
            counters.leasesCut.increment();
            end(node.unit);
        }
    }

    void forEachNewestFirst(Consumer<TierUnit> each) {
        units.forEachNewestFirst(each);
    }
}
