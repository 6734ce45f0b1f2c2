package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.nearby.HoldersBySize;
import dev.kvcachepool.cachenode.nearby.Nearby;
import dev.kvcachepool.cachenode.nearby.NearbyCounters;
import dev.kvcachepool.cachenode.nearby.NearbyCounters.Source;
import dev.kvcachepool.cachenode.nearby.RouterHolders;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What Prometheus sees of reading from other nodes. */
@Singleton
class NearbyMetrics {
    private static final String PREFIX = "kvcachepool.nearby.";

    private final Meters meters;

    NearbyMetrics(MeterRegistry registry) {
        this.meters = new Meters(registry);
    }

    void observe(Peering peering) {
        observe(peering.nearby());
        observe(peering.nearby().counters());
        observe(peering.holders());
        var router = peering.router();
        if (router != null) {
            observe(router);
        }
    }

    private void observe(Nearby nearby) {
        meters.gauge(PREFIX + "transfers", "Values on their way here", Tags.empty(), nearby, Nearby::transfers);
        meters.bytes(PREFIX + "in.flight", "Of those", Tags.empty(), nearby, Nearby::bytesInFlight);
    }

    private void observe(NearbyCounters counters) {
        for (var source : Source.values()) {
            var tags = Tags.of("source", source.name().toLowerCase(Locale.ROOT));
            meters.counter(PREFIX + "reads", "Values that clients asked for", tags, counters, c -> c.reads(source));
            meters.counter(PREFIX + "lookups", "Keys that clients asked about", tags, counters, c -> c.lookups(source));
        }
        counter("received.bytes", "Bytes of values that came and were right", counters, NearbyCounters::bytes);
        counter("joined", "Reads that waited for another's transfer", counters, NearbyCounters::joined);
        counter("stale", "Nodes that did not have what they were said to hold", counters, NearbyCounters::stale);
        counter("late", "Nodes that did not answer in time", counters, NearbyCounters::late);
        counter("wrong", "Values that were not what they were said to be", counters, NearbyCounters::wrong);
        counter("failed", "Nodes that could not be reached", counters, NearbyCounters::failed);
        counter("abandoned", "Transfers stopped here", counters, NearbyCounters::abandoned);
        counter("copies", "Values kept of those that came", counters, NearbyCounters::copies);
        counter("taken", "Values taken over from nodes that drained", counters, NearbyCounters::taken);
        counter("handed.over", "Values that others took", counters, NearbyCounters::handedOver);
        counter("not.handed.over", "Values that nobody took", counters, NearbyCounters::notHandedOver);
    }

    private void observe(HoldersBySize holders) {
        meters.gauge(
                PREFIX + "table.blocks",
                "Blocks of other nodes that this one knows of",
                Tags.empty(),
                holders,
                known -> {
                    var adverts = known.adverts();
                    return adverts == null ? 0 : adverts.index().blocks();
                });
    }

    private void observe(RouterHolders router) {
        var counters = router.counters();
        meters.counter(
                PREFIX + "locate", "Calls of a router", Tags.of("outcome", "answered"), counters, c -> c.answered());
        meters.counter(PREFIX + "locate", "Calls of a router", Tags.of("outcome", "failed"), counters, c -> c.failed());
        meters.counter(
                PREFIX + "locate.late", "Look-ups that had no answer in time", Tags.empty(), counters, c -> c.late());
        meters.counter(PREFIX + "locate.skipped", "Look-ups not made", Tags.empty(), counters, c -> c.skipped());
    }

    private void counter(String name, String help, NearbyCounters counters, ToDoubleFunction<NearbyCounters> value) {
        meters.counter(PREFIX + name, help, Tags.empty(), counters, value);
    }
}
