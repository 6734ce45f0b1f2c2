package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.adverts.Advertiser;
import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.cachenode.tier.HostTier;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import jakarta.inject.Singleton;
import java.util.function.ToDoubleFunction;

/** What Prometheus sees: read from counters that count anyway, nothing is added to the data path. */
@Singleton
class NodeMetrics {
    private static final Tags HOST = Tags.of("tier", "host");

    private final MeterRegistry registry;

    NodeMetrics(MeterRegistry registry, BlockStore store) {
        this.registry = registry;
        observe(store);
        observe(store.tier());
        var disk = store.disk();
        if (disk != null) {
            new DiskMetrics(registry).observe(disk);
        }
    }

    private void observe(BlockStore store) {
        var counters = store.counters();
        gauge("kvcachepool.store.keys", "Keys held", Tags.empty(), store, BlockStore::keys);
        counter("kvcachepool.store.hits", "Values read", HOST, counters, c -> c.hits());
        counter(
                "kvcachepool.store.misses",
                "Reads of keys that were not there",
                Tags.empty(),
                counters,
                c -> c.misses());
        counter("kvcachepool.store.stored", "Values stored", HOST, counters, c -> c.stored());
        counter(
                "kvcachepool.store.dropped",
                "Values accepted and dropped for want of room",
                HOST,
                counters,
                c -> c.dropped());
        counter("kvcachepool.store.expired", "Keys whose time to live was over", HOST, counters, c -> c.expired());
        counter(
                "kvcachepool.store.not.steerable",
                "Chunks held of models that are not declared as their keys are made",
                Tags.empty(),
                counters,
                c -> c.notSteerable());
    }

    private void observe(HostTier tier) {
        var counters = tier.counters();
        bytes(
                "kvcachepool.store",
                "Memory taken by values, in flight or stored",
                tier,
                t -> t.arena().usedBytes());
        bytes(
                "kvcachepool.store.capacity",
                "Memory for values",
                tier,
                t -> t.arena().capacityBytes());
        bytes("kvcachepool.store.leased", "Memory of values that are leased", tier, HostTier::leasedBytes);
        bytes("kvcachepool.store.in.flight", "Memory of values being received", tier, HostTier::inFlightBytes);
        bytes("kvcachepool.store.index", "Heap charged for keys and entries", tier, HostTier::indexBytes);
        counter("kvcachepool.store.evictions", "Units evicted", HOST, counters, c -> c.evictedUnits());
        counter("kvcachepool.store.evicted.bytes", "Bytes evicted", HOST, counters, c -> c.evictedBytes());
        counter("kvcachepool.store.leases", "Read leases given", HOST, counters, c -> c.leases());
        counter("kvcachepool.store.leases.cut", "Read leases ended early", HOST, counters, c -> c.leasesCut());
        counter("kvcachepool.store.leases.expired", "Read leases that ran out", HOST, counters, c -> c.leasesExpired());
        counter(
                "kvcachepool.store.no.room",
                "Requests for memory when nothing could be evicted",
                HOST,
                counters,
                c -> c.noRoom());
        counter(
                "kvcachepool.store.in.flight.full",
                "Requests for memory when too much was in flight",
                HOST,
                counters,
                c -> c.inFlightFull());
    }

    /** Adds how publishing goes. */
    void observe(Advertiser advertiser) {
        gauge(
                "kvcachepool.adverts.publishing",
                "1 while blocks are advertised",
                Tags.empty(),
                advertiser,
                a -> a.status().publishing() ? 1 : 0);
        gauge(
                "kvcachepool.adverts.fenced",
                "1 once another process has this node's name",
                Tags.empty(),
                advertiser,
                a -> a.status().fenced() ? 1 : 0);
        gauge(
                "kvcachepool.adverts.dirty",
                "Blocks whose row is out of date",
                Tags.empty(),
                advertiser,
                a -> a.status().blocks().dirty());
        gauge(
                "kvcachepool.adverts.advertised",
                "Blocks with a row",
                Tags.empty(),
                advertiser,
                a -> a.status().blocks().advertised());
        counter(
                "kvcachepool.adverts.claims",
                "Incarnations that this process has had",
                Tags.empty(),
                advertiser,
                a -> a.status().claims());
        counter(
                "kvcachepool.adverts.rows",
                "Rows written",
                Tags.empty(),
                advertiser,
                a -> a.status().blocks().rows());
        counter(
                "kvcachepool.adverts.tombstones",
                "Rows erased",
                Tags.empty(),
                advertiser,
                a -> a.status().blocks().tombstones());
        counter(
                "kvcachepool.adverts.failures",
                "Sends whose outcome is unknown",
                Tags.empty(),
                advertiser,
                a -> a.status().blocks().failures());
    }

    private void bytes(String name, String help, HostTier tier, ToDoubleFunction<HostTier> value) {
        Gauge.builder(name, tier, value)
                .description(help)
                .tags(HOST)
                .baseUnit("bytes")
                .register(registry);
    }

    private <T> void gauge(String name, String help, Tags tags, T of, ToDoubleFunction<T> value) {
        Gauge.builder(name, of, value).description(help).tags(tags).register(registry);
    }

    private <T> void counter(String name, String help, Tags tags, T of, ToDoubleFunction<T> value) {
        FunctionCounter.builder(name, of, value).description(help).tags(tags).register(registry);
    }
}
