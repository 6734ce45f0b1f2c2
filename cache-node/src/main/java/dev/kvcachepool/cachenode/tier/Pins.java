package dev.kvcachepool.cachenode.tier;

import java.util.Comparator;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Units that somebody wants kept until a moment of his: within a share of the tier, and apart from leases. Guarded by the
 * tier's lock; {@link #bytes} is for anyone.
 *
 * <p>A unit counts for the bytes of its values wherever they are, so that all that is pinned could be in memory at once.
 */
final class Pins {
    private final TreeSet<TierUnit> byEnd =
            new TreeSet<>(Comparator.<TierUnit>comparingLong(unit -> unit.pinnedUntilNanos)
                    .thenComparingLong(unit -> unit.pinNumber));
    private final AtomicLong bytes = new AtomicLong();
    private final long limit;
    private final LongSupplier nanoClock;
    private final TierCounters counters;
    private long number;

    /** Pins on at most {@code limit} bytes. */
    Pins(long limit, LongSupplier nanoClock, TierCounters counters) {
        this.limit = limit;
        this.nanoClock = nanoClock;
        this.counters = counters;
    }

    long bytes() {
        return bytes.get();
    }

    long limit() {
        return limit;
    }

    boolean has(TierUnit unit) {
        return unit.pinned;
    }

    /** Pins a unit for {@code nanos} from now on, whatever it was before; false when there is no room, and then as before. */
    boolean add(TierUnit unit, long nanos) {
        long held = unit.heldBytes();
        if (bytes.get() - unit.pinnedBytes + held > limit) {
            counters.pinsRefused.increment();
            return false;
        }
        if (!remove(unit)) {
            counters.pins.increment();
        }
        unit.pinned = true;
        unit.pinNumber = ++number;
        unit.pinnedBytes = held;
        unit.pinnedUntilNanos = nanoClock.getAsLong() + nanos;
        bytes.addAndGet(held);
        byEnd.add(unit);
        return true;
    }

    /** Unpins a unit; false when it was not pinned. */
    boolean remove(TierUnit unit) {
        if (!unit.pinned) {
            return false;
        }
        byEnd.remove(unit);
        bytes.addAndGet(-unit.pinnedBytes);
        unit.pinned = false;
        unit.pinnedBytes = 0;
        return true;
    }

    /** Ends what is over. */
    void expire() {
        long now = nanoClock.getAsLong();
        for (var unit = first(); unit != null && now - unit.pinnedUntilNanos >= 0; unit = first()) {
            counters.pinsExpired.increment();
            var _ = remove(unit);
        }
    }

    private @Nullable TierUnit first() {
        return byEnd.isEmpty() ? null : byEnd.first();
    }

    /** A unit's values have changed: it counts for what it has now, and loses its pin where that is too much. */
    void resized(TierUnit unit) {
        if (!unit.pinned) {
            return;
        }
        long held = unit.heldBytes();
        bytes.addAndGet(held - unit.pinnedBytes);
        unit.pinnedBytes = held;
        if (bytes.get() > limit) {
            counters.pinsCut.increment();
            var _ = remove(unit);
        }
    }
}
