package dev.kvcachepool.cachenode.store;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * How a store behaves.
 *
 * @param readLease how long EXISTS protects a unit from eviction
 * @param indexLimit bytes of heap for keys and entries; beyond it units are evicted
 * @param ttl how long values live that come without a time; zero for ever
 * @param nanoClock monotonic, nanoseconds: for leases
 * @param wallClock for expiry and the time stored in adverts
 */
public record StoreSettings(
        Duration readLease, long indexLimit, Duration ttl, LongSupplier nanoClock, InstantSource wallClock) {

    /** Values live for ever unless they come with a time. */
    public StoreSettings(Duration readLease, long indexLimit, LongSupplier nanoClock, InstantSource wallClock) {
        this(readLease, indexLimit, Duration.ZERO, nanoClock, wallClock);
    }

    /** On the system's clocks. */
    public static StoreSettings of(Duration readLease, long indexLimit, Duration ttl) {
        return new StoreSettings(readLease, indexLimit, ttl, System::nanoTime, InstantSource.system());
    }
}
