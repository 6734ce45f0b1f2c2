package dev.kvcachepool.cachenode.store;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * How a store behaves.
 *
 * @param readLease how long EXISTS protects a unit from eviction
 * @param indexLimit bytes of heap for keys and entries; beyond it units are evicted
 * @param nanoClock monotonic, nanoseconds: for leases
 * @param wallClock for expiry and the time stored in adverts
 */
public record StoreSettings(Duration readLease, long indexLimit, LongSupplier nanoClock, InstantSource wallClock) {

    /** On the system's clocks. */
    public static StoreSettings of(Duration readLease, long indexLimit) {
        return new StoreSettings(readLease, indexLimit, System::nanoTime, InstantSource.system());
    }
}
