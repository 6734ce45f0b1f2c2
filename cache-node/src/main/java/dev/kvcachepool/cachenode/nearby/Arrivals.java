package dev.kvcachepool.cachenode.nearby;

import dev.kvcachepool.cachenode.memory.Value;
import dev.kvcachepool.cachenode.peer.Fetched;
import dev.kvcachepool.cachenode.peer.PeerHoldings;
import dev.kvcachepool.cachenode.pool.Taken;
import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.cachenode.store.PutResult;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Brings values here from other nodes, as they are asked for. Thread-safe.
 *
 * <p>The calling thread fetches, from one node after the other, each within its share of the time-out until the first byte
 * and then as long as the value's size allows. Nobody sees a value before all of it has come and is what its checksum
 * says; whatever fails before leaves nothing behind. What has come counts as a transfer's for as long as somebody holds it,
 * unless the store keeps it.
 */
final class Arrivals {
    private final BlockStore store;
    private final NearbySettings settings;
    private final NearbyCounters counters;
    private final TransferLimits limits;
    private final RecentlyCome recent = new RecentlyCome();

    Arrivals(BlockStore store, NearbySettings settings, NearbyCounters counters) {
        this.store = store;
        this.settings = settings;
        this.counters = counters;
        this.limits = new TransferLimits(settings.transfers(), settings.bytesInFlight());
    }

    TransferLimits limits() {
        return limits;
    }

    /**
     * Brings a value for clients.
     *
     * @param digest of the key, for deciding whether it is kept
     * @param from who is asked, in this order
     * @param endNanos when the first byte must have come, from whomever, by {@link System#nanoTime}
     * @param budget of the command
     * @return held for the caller; null where it has not come
     */
    @Nullable
    Value bring(byte[] key, long digest, List<PeerHoldings> from, Flight flight, long endNanos, Budget budget) {
        if (from.isEmpty()) {
            return null;
        }
        long began = System.nanoTime();
        if (!enter(endNanos)) {
            budget.waitedInVainSince(began);
            return null;
        }
        try {
            return fromAny(key, digest, from, flight, endNanos, budget);
        } finally {
            limits.leave();
        }
    }

    private @Nullable Value fromAny(
            byte[] key, long digest, List<PeerHoldings> from, Flight flight, long endNanos, Budget budget) {
        long end = endNanos;
        int left = from.size();
        for (var there : from) {
            long now = System.nanoTime();
            if (end - now <= 0) {
                return null;
            }
            flight.end(now + (end - now) / left--);
            var come = fetch(key, there, flight, size -> true, () -> keeps(digest));
            if (come.value != null) {
                return come.value;
            }
            if (come.outcome != Fetched.Outcome.MISSING) {
                budget.waitedInVainSince(now);
            }
            if (!flight.isWanted()) {
                return null;
            }
            // The next one has what was not waited for the first byte.
            end += come.comingNanos;
        }
        return null;
    }

    private boolean keeps(long digest) {
        return switch (settings.copies()) {
            case NEVER -> false;
            case ALWAYS -> true;
            case SECOND_USE -> recent.note(digest);
        };
    }

    /** Takes a value over from a node that need not keep it any more, if there is room for it. */
    Taken take(byte[] key, PeerHoldings from, Duration patience, LongPredicate hasRoom) {
        var flight = new Flight(() -> false, System.nanoTime() + patience.toNanos());
        if (!enter(flight.end())) {
            return Taken.NOT_NOW;
        }
        try {
            var come = fetch(key, from, flight, hasRoom, () -> true);
            if (come.value != null) {
                come.value.release();
                return store.length(key) >= 0 ? Taken.YES : Taken.NO;
            }
            return switch (come.outcome) {
                case COMPLETE, MISSING, ABANDONED -> Taken.NO;
                case LATE, WRONG, FAILED -> Taken.NOT_NOW;
            };
        } finally {
            limits.leave();
        }
    }

    private boolean enter(long endNanos) {
        boolean entered = false;
        try {
            entered = limits.enter(endNanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!entered) {
            counters.abandoned.increment();
        }
        return entered;
    }

    /**
     * What a fetch came to.
     *
     * @param value held for the caller; null where it has not come
     * @param comingNanos since its first byte
     */
    private record Come(Fetched.Outcome outcome, @Nullable Value value, long comingNanos) {}

    private Come fetch(byte[] key, PeerHoldings there, Flight flight, LongPredicate hasPlace, BooleanSupplier keeps) {
        long clears = store.clears();
        try (var arrival = new Arrival(store, limits, settings, key, flight, hasPlace)) {
            var fetched = there.fetch(key, flight.end(), arrival);
            count(fetched.outcome());
            if (fetched.outcome() != Fetched.Outcome.COMPLETE) {
                var outcome = arrival.isCrowdedOut() ? Fetched.Outcome.LATE : fetched.outcome();
                return new Come(outcome, null, arrival.comingNanos());
            }
            var value = arrival.value();
            counters.bytes.add(value.size());
            if (keeps.getAsBoolean() && store.keep(key, value, fetched.expiresAtMillis(), clears) == PutResult.STORED) {
                // The store's from now on, which evicts it when it needs the room.
                counters.copies.increment();
            } else {
                arrival.leaveUnitsTo(value);
            }
            return new Come(Fetched.Outcome.COMPLETE, value, arrival.comingNanos());
        }
    }

    private void count(Fetched.Outcome outcome) {
        switch (outcome) {
            case COMPLETE -> {}
            case MISSING -> counters.stale.increment();
            case LATE -> counters.late.increment();
            case WRONG -> counters.wrong.increment();
            case FAILED -> counters.failed.increment();
            case ABANDONED -> counters.abandoned.increment();
        }
    }
}
