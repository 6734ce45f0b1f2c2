package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.bridges.lmcache.CacheEventPublisher;
import dev.kvcachepool.bridges.lmcache.CacheEventsOutStats;
import dev.kvcachepool.bridges.vllm.BridgeStats;
import dev.kvcachepool.bridges.vllm.EngineBridge;
import dev.kvcachepool.cachenode.adverts.Advertiser;
import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.cachenode.store.Mismatches;
import dev.kvcachepool.cachenode.tier.HostTier;
import dev.kvcachepool.prefixadvert.publish.PublisherStats;
import dev.kvcachepool.prefixadvert.wire.Mismatch;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** What Prometheus sees: read from counters that count anyway, nothing is added to the data path. */
@Singleton
class NodeMetrics {
    private static final String DOCUMENTED = "See docs/metrics.md";

    private static final Tags HOST = Tags.of("tier", "host");

    private final Meters meters;

    NodeMetrics(MeterRegistry registry, BlockStore store) {
        this.meters = new Meters(registry);
        observe(store);
        observe(store.mismatches());
        observe(store.tier());
        var disk = store.disk();
        if (disk != null) {
            new DiskMetrics(meters).observe(disk);
        }
        var gpu = store.gpu();
        if (gpu != null) {
            new GpuMetrics(meters).observe(gpu);
        }
    }

    private void observe(BlockStore store) {
        var counters = store.counters();
        meters.gauge("kvcachepool.store.keys", "Keys held", Tags.empty(), store, BlockStore::keys);
        meters.counter("kvcachepool.store.hits", "Values read", HOST, counters, c -> c.hits());
        meters.counter(
                "kvcachepool.store.misses",
                "Reads of keys that were not there",
                Tags.empty(),
                counters,
                c -> c.misses());
        meters.counter("kvcachepool.store.stored", "Values stored", HOST, counters, c -> c.stored());
        meters.counter(
                "kvcachepool.store.dropped",
                "Values accepted and dropped for want of room",
                HOST,
                counters,
                c -> c.dropped());
        meters.counter(
                "kvcachepool.store.expired", "Keys whose time to live was over", HOST, counters, c -> c.expired());
        meters.counter(
                "kvcachepool.store.not.steerable",
                "Chunks held of models that are not declared as their keys are made",
                Tags.empty(),
                counters,
                c -> c.notSteerable());
    }

    private void observe(Mismatches mismatches) {
        for (var kind : Mismatch.Kind.values()) {
            if (kind != Mismatch.Kind.PROMPTS) {
                meters.counter(
                        "kvcachepool.store.mismatches",
                        "Values stored otherwise than the pool declares it",
                        Tags.of("kind", kind.id()),
                        mismatches,
                        m -> m.count(kind));
            }
        }
    }

    private void observe(HostTier tier) {
        var counters = tier.counters();
        meters.bytes("kvcachepool.store.pinned", "Memory of values that are pinned", HOST, tier, HostTier::pinnedBytes);
        meters.counter("kvcachepool.store.pins", "Pins given", HOST, counters, c -> c.pins());
        meters.counter(
                "kvcachepool.store.pins.refused",
                "Pins refused for want of room",
                HOST,
                counters,
                c -> c.pinsRefused());
        meters.counter("kvcachepool.store.pins.cut", "Pins ended early", HOST, counters, c -> c.pinsCut());
        meters.counter("kvcachepool.store.pins.expired", "Pins that ran out", HOST, counters, c -> c.pinsExpired());
        meters.bytes(
                "kvcachepool.store",
                "Memory taken by values, in flight or stored",
                HOST,
                tier,
                t -> t.arena().usedBytes());
        meters.bytes(
                "kvcachepool.store.capacity",
                "Memory for values",
                HOST,
                tier,
                t -> t.arena().capacityBytes());
        meters.bytes("kvcachepool.store.leased", "Memory of values that are leased", HOST, tier, HostTier::leasedBytes);
        meters.bytes(
                "kvcachepool.store.in.flight", "Memory of values being received", HOST, tier, HostTier::inFlightBytes);
        meters.bytes("kvcachepool.store.index", "Heap charged for keys and entries", HOST, tier, HostTier::indexBytes);
        meters.counter("kvcachepool.store.evictions", "Units evicted", HOST, counters, c -> c.evictedUnits());
        meters.counter("kvcachepool.store.evicted.bytes", "Bytes evicted", HOST, counters, c -> c.evictedBytes());
        meters.counter("kvcachepool.store.leases", "Read leases given", HOST, counters, c -> c.leases());
        meters.counter("kvcachepool.store.leases.cut", "Read leases ended early", HOST, counters, c -> c.leasesCut());
        meters.counter(
                "kvcachepool.store.leases.expired", "Read leases that ran out", HOST, counters, c -> c.leasesExpired());
        meters.counter(
                "kvcachepool.store.no.room",
                "Requests for memory when nothing could be evicted",
                HOST,
                counters,
                c -> c.noRoom());
        meters.counter(
                "kvcachepool.store.in.flight.full",
                "Requests for memory when too much was in flight",
                HOST,
                counters,
                c -> c.inFlightFull());
    }

    /** Adds what engines say of their own blocks. */
    void observe(EngineBridge engines) {
        observe(BridgeStats.GAUGES, BridgeStats.COUNTERS, engines, EngineBridge::stats);
    }

    /** Adds what is said in LMCache's topic. */
    void observe(CacheEventPublisher events) {
        observe(CacheEventsOutStats.GAUGES, CacheEventsOutStats.COUNTERS, events, CacheEventPublisher::stats);
    }

    private <T, S> void observe(
            Map<String, ToLongFunction<S>> gauges,
            Map<String, ToLongFunction<S>> counters,
            T of,
            Function<T, S> stats) {
        gauges.forEach((name, count) ->
                meters.gauge(name, DOCUMENTED, Tags.empty(), of, o -> count.applyAsLong(stats.apply(o))));
        counters.forEach((name, count) ->
                meters.counter(name, DOCUMENTED, Tags.empty(), of, o -> count.applyAsLong(stats.apply(o))));
    }

    /** Adds how publishing goes. */
    void observe(Advertiser advertiser) {
        meters.gauge(
                "kvcachepool.adverts.publishing",
                "1 while blocks are advertised",
                Tags.empty(),
                advertiser,
                a -> a.status().publishing() ? 1 : 0);
        meters.gauge(
                "kvcachepool.adverts.fenced",
                "1 once another process has this node's name",
                Tags.empty(),
                advertiser,
                a -> a.status().fenced() ? 1 : 0);
        meters.gauge(
                "kvcachepool.adverts.dirty",
                "Blocks whose row is out of date",
                Tags.empty(),
                advertiser,
                a -> a.status().blocks().dirty());
        meters.gauge(
                "kvcachepool.adverts.advertised",
                "Blocks with a row",
                Tags.empty(),
                advertiser,
                a -> a.status().blocks().advertised());
        meters.counter(
                "kvcachepool.adverts.claims",
                "Incarnations that this process has had",
                Tags.empty(),
                advertiser,
                a -> a.status().claims());
        meters.counter(
                "kvcachepool.adverts.rows",
                "Rows written",
                Tags.empty(),
                advertiser,
                a -> a.status().blocks().rows());
        meters.counter(
                "kvcachepool.adverts.tombstones",
                "Rows erased",
                Tags.empty(),
                advertiser,
                a -> a.status().blocks().tombstones());
        meters.counter(
                "kvcachepool.adverts.failures",
                "Sends whose outcome is unknown",
                Tags.empty(),
                advertiser,
                a -> a.status().blocks().failures());
        if (advertiser.nextStatus().isPresent()) {
            meters.gauge(
                    "kvcachepool.adverts.next.dirty",
                    "Blocks whose row is out of date in the tables that the pool moves to",
                    Tags.empty(),
                    advertiser,
                    a -> next(a).dirty());
            meters.gauge(
                    "kvcachepool.adverts.next.advertised",
                    "Blocks with a row in the tables that the pool moves to",
                    Tags.empty(),
                    advertiser,
                    a -> next(a).advertised());
        }
    }

    private static PublisherStats next(Advertiser advertiser) {
        return advertiser.nextStatus().orElseThrow().blocks();
    }
}
