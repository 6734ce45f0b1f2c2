package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.tenant.Tenants;
import dev.kvcachepool.cachenode.tier.EvictionSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * How a store behaves.
 *
 * @param readLease how long EXISTS protects a unit from eviction
 * @param indexLimit bytes of heap for keys and entries; beyond it units are evicted
 * @param ttl how long values live that come without a time; zero for ever
 * @param eviction what leaves memory first, and what may be kept from it
 * @param tenants who has quotas
 * @param nanoClock monotonic, nanoseconds: for leases
 * @param wallClock for expiry and the time stored in adverts
 */
public record StoreSettings(
        Duration readLease,
        long indexLimit,
        Duration ttl,
        EvictionSettings eviction,
        Tenants tenants,
        LongSupplier nanoClock,
        InstantSource wallClock) {

    /** With the defaults of eviction. */
    public StoreSettings(
            Duration readLease, long indexLimit, Duration ttl, LongSupplier nanoClock, InstantSource wallClock) {
        this(readLease, indexLimit, ttl, EvictionSettings.DEFAULTS, Tenants.NONE, nanoClock, wallClock);
    }

    /** Values live for ever unless they come with a time. */
    public StoreSettings(Duration readLease, long indexLimit, LongSupplier nanoClock, InstantSource wallClock) {
        this(readLease, indexLimit, Duration.ZERO, nanoClock, wallClock);
    }

    /** The same with another eviction. */
    public StoreSettings with(EvictionSettings other) {
        return new StoreSettings(readLease, indexLimit, ttl, other, tenants, nanoClock, wallClock);
    }

    /** The same with other tenants. */
    public StoreSettings with(Tenants other) {
        return new StoreSettings(readLease, indexLimit, ttl, eviction, other, nanoClock, wallClock);
    }

    /** On the system's clocks. */
    public static StoreSettings of(Duration readLease, long indexLimit, Duration ttl) {
        return new StoreSettings(readLease, indexLimit, ttl, System::nanoTime, InstantSource.system());
    }
}
