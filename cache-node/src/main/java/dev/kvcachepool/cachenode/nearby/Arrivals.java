package dev.kvcachepool.cachenode.nearby;

import dev.kvcachepool.cachenode.memory.Value;
import dev.kvcachepool.cachenode.peer.Fetched;
import dev.kvcachepool.cachenode.peer.PeerHoldings;
import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.cachenode.store.PutResult;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Brings values here from other nodes, as they are asked for. Thread-safe.
 *
 * <p>The calling thread fetches, from one node after the other, each within its share of the time-out until the first byte
 * and then as long as the value's size allows. Nobody sees a value before all of it has come and is what its checksum
 * says; whatever fails before leaves nothing behind.
 */
final class Arrivals {
    private final BlockStore store;
    private final NearbySettings settings;
    private final NearbyCounters counters;
    private final TransferLimits limits;
    private final RecentlyCome come = new RecentlyCome();

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
     * @return held for the caller; null where it has not come
     */
    @Nullable
    Value bring(byte[] key, long digest, List<PeerHoldings> from, Flight flight) {
        return bring(key, from, flight, size -> true, () -> keeps(digest));
    }

    private boolean keeps(long digest) {
        return switch (settings.copies()) {
            case NEVER -> false;
            case ALWAYS -> true;
            case SECOND_USE -> come.note(digest);
        };
    }

    /** Brings a value that is to be kept here, if there is room for it; whether it is kept. */
    boolean keep(byte[] key, PeerHoldings from, Flight flight, LongPredicate hasRoom) {
        var value = bring(key, List.of(from), flight, hasRoom, () -> true);
        if (value == null) {
            return false;
        }
        value.release();
        return store.length(key) >= 0;
    }

    private @Nullable Value bring(
            byte[] key, List<PeerHoldings> from, Flight flight, LongPredicate hasPlace, BooleanSupplier keeps) {
        if (from.isEmpty()) {
            return null;
        }
        boolean entered = false;
        try {
            entered = limits.enter(flight.end());
            long share = settings.timeout().toNanos() / from.size();
            for (var there : entered ? from : List.<PeerHoldings>of()) {
                flight.end(System.nanoTime() + share);
                var value = fetch(key, there, flight, hasPlace, keeps);
                if (value != null || !flight.isWanted()) {
                    return value;
                }
            }
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } finally {
            if (entered) {
                limits.leave();
            } else {
                counters.abandoned.increment();
            }
        }
    }

    private @Nullable Value fetch(
            byte[] key, PeerHoldings there, Flight flight, LongPredicate hasPlace, BooleanSupplier keeps) {
        long clears = store.clears();
        try (var arrival = new Arrival(store, limits, settings, key, flight, hasPlace)) {
            var fetched = there.fetch(key, flight.end(), arrival);
            count(fetched.outcome());
            if (fetched.outcome() != Fetched.Outcome.COMPLETE) {
                return null;
            }
            var value = arrival.value();
            counters.bytes.add(value.size());
            if (keeps.getAsBoolean() && store.keep(key, value, fetched.expiresAtMillis(), clears) == PutResult.STORED) {
                counters.copies.increment();
            }
            return value;
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
