package dev.kvcachepool.cachenode.nearby;

import dev.kvcachepool.cachenode.memory.Value;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One transfer a key at a time, however many want its value. Thread-safe. */
final class Flights {
    private final Map<ByteBuffer, Flight> flights = new ConcurrentHashMap<>();
    private final long timeoutNanos;
    private final NearbyCounters counters;

    /**
     * None yet.
     *
     * @param timeout until a transfer's first byte
     */
    Flights(Duration timeout, NearbyCounters counters) {
        this.timeoutNanos = timeout.toNanos();
        this.counters = counters;
    }

    /**
     * The value of a key, by {@code transfer} or by one that is under way.
     *
     * @param gone whether the client has gone away
     * @param transfer brings the value, held for its caller; null where it can't
     * @return held for the caller; null where it does not come
     */
    @Nullable
    Value fly(byte[] key, BooleanSupplier gone, Function<Flight, @Nullable Value> transfer) {
        var name = ByteBuffer.wrap(key);
        while (true) {
            var own = new Flight(gone, System.nanoTime() + timeoutNanos);
            var other = flights.putIfAbsent(name, own);
            if (other == null) {
                return pilot(name, own, transfer);
            }
            counters.joined.increment();
            var value = join(other, gone);
            if (value != null || !other.isGivenUp() || gone.getAsBoolean()) {
                return value;
            }
        }
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
