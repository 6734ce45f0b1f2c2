package dev.kvcachepool.cachenode.tier;

import java.util.concurrent.atomic.LongAdder;

/** What a tier has counted since the start. Thread-safe. */
public final class TierCounters {
    final LongAdder evictedUnits = new LongAdder();
    final LongAdder evictedBytes = new LongAdder();
    final LongAdder noRoom = new LongAdder();
    final LongAdder inFlightFull = new LongAdder();
    final LongAdder leases = new LongAdder();
    final LongAdder leasesCut = new LongAdder();
    final LongAdder leasesExpired = new LongAdder();
    final LongAdder pins = new LongAdder();
    final LongAdder pinsRefused = new LongAdder();
    final LongAdder pinsCut = new LongAdder();
    final LongAdder pinsExpired = new LongAdder();

    TierCounters() {}

    public long evictedUnits() {
        return evictedUnits.sum();
    }

    public long evictedBytes() {
        return evictedBytes.sum();
    }

    /** Values dropped because only leased values and values in use were left. */
    public long noRoom() {
        return noRoom.sum();
    }

    /** Values dropped because too much of the tier was in flight already. */
    public long inFlightFull() {
        return inFlightFull.sum();
    }

    /** Leases given to units that had none. */
    public long leases() {
        return leases.sum();
    }

    /** Leases ended early to keep within their share of the tier. */
    public long leasesCut() {
        return leasesCut.sum();
    }

    public long leasesExpired() {
        return leasesExpired.sum();
    }

    /** Pins given to units that had none. */
    public long pins() {
        return pins.sum();
    }

    /** Pins refused, as the share of the tier was full. */
    public long pinsRefused() {
        return pinsRefused.sum();
    }

    /** Pins ended early, as their unit grew beyond that share. */
    public long pinsCut() {
        return pinsCut.sum();
    }

    public long pinsExpired() {
        return pinsExpired.sum();
    }
}
