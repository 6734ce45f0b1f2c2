package dev.kvcachepool.cachenode.nearby;

import dev.kvcachepool.cachenode.memory.Value;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One transfer a key at a time, however many want its value. Thread-safe. */
final class Flights {
    private final Map<ByteBuffer, Flight> flights = new ConcurrentHashMap<>();
    private final NearbyCounters counters;

    /** None yet. */
    Flights(NearbyCounters counters) {
        this.counters = counters;
    }

    /**
     * The value of a key, by {@code transfer} or by one that is under way.
     *
     * @param gone whether the client has gone away
     * @param budget for waiting in vain
     * @param transfer brings the value, held for its caller; null where it can't
     * @return held for the caller; null where it does not come
     */
    @Nullable
    Value fly(byte[] key, BooleanSupplier gone, Budget budget, Function<Flight, @Nullable Value> transfer) {
        var name = ByteBuffer.wrap(key);
        while (!budget.isSpent()) {
            long began = System.nanoTime();
            var own = new Flight(gone, budget.end());
            var other = flights.putIfAbsent(name, own);
            if (other == null) {
                return pilot(name, own, transfer);
            }
            counters.joined.increment();
            var value = join(other, gone);
            if (value != null) {
                return value;
            }
            budget.waitedInVainSince(began);
            if (!other.isMissed() || gone.getAsBoolean()) {
                return null;
            }
        }
        return null;
    }

    private @Nullable Value pilot(ByteBuffer name, Flight own, Function<Flight, @Nullable Value> transfer) {
        Value value = null;
        try {
            value = transfer.apply(own);
            return value;
        } finally {
            flights.remove(name, own);
            own.land(value);
        }
    }

    private static @Nullable Value join(Flight other, BooleanSupplier gone) {
        try {
            return other.join(gone);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
