package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.peer.PeerCounters;
import dev.kvcachepool.cachenode.peer.PeerCounters.Outcome;
import dev.kvcachepool.cachenode.peer.PeerCounters.Question;
import dev.kvcachepool.cachenode.peer.Peers;
import dev.kvcachepool.cachenode.placement.Placement;
import dev.kvcachepool.cachenode.pool.PoolCounters;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What Prometheus sees of a pool's other nodes. */
@Singleton
class PoolMetrics {
    private final Meters meters;

    PoolMetrics(MeterRegistry registry) {
        this.meters = new Meters(registry);
    }

    void observe(Pooling pooling) {
        observe(pooling.placement());
        observe(pooling.peers());
        observe(pooling.pool().counters());
    }

    void observe(Peering peering) {
        observe(peering.placement());
        observe(peering.peers());
    }

    private void observe(Placement placement) {
        gauge(
                "kvcachepool.pool.members",
                "Nodes that serve",
                placement,
                p -> p.view().serving().size());
        gauge(
                "kvcachepool.pool.others",
                "Other nodes that may hold values",
                placement,
                p -> p.others().size());
    }

    private void observe(Peers peers) {
        var counters = peers.counters();
        gauge("kvcachepool.peer.connections", "Open connections to other nodes", peers, Peers::connections);
        for (var question : Question.values()) {
            for (var outcome : Outcome.values()) {
                var tags = Tags.of("command", lower(question), "outcome", lower(outcome));
                meters.counter(
                        "kvcachepool.peer.requests",
                        "Requests to other nodes",
                        tags,
                        counters,
                        c -> c.requests(question, outcome));
            }
        }
        counter("kvcachepool.peer.errors", "Failures of other nodes", counters, PeerCounters::errors);
        counter(
                "kvcachepool.peer.skipped",
                "Requests not sent to a node that had just failed",
                counters,
                c -> c.skipped());
        counter("kvcachepool.peer.sent.bytes", "Bytes of values sent to other nodes", counters, c -> c.bytesSent());
        counter(
                "kvcachepool.peer.received.bytes",
                "Bytes of values received from other nodes",
                counters,
                c -> c.bytesReceived());
        counter(
                "kvcachepool.peer.cut.short",
                "Clients cut off as a node failed within a value",
                counters,
                c -> c.cutShort());
        counter("kvcachepool.peer.owed.lost", "Removals owed to a node and given up", counters, c -> c.owedLost());
    }

    private void observe(PoolCounters counters) {
        counter("kvcachepool.pool.moved", "Values that came from an earlier home", counters, c -> c.moved());
        counter("kvcachepool.pool.moved.bytes", "Bytes of those", counters, c -> c.movedBytes());
        counter(
                "kvcachepool.pool.handed.over",
                "Keys that others took while this node drained",
                counters,
                c -> c.handedOver());
        counter("kvcachepool.pool.not.handed.over", "Keys that nobody took in time", counters, c -> c.notHandedOver());
        counter("kvcachepool.pool.purged", "Keys removed that live elsewhere", counters, c -> c.purged());
        counter("kvcachepool.pool.homeless", "Requests for keys without a home", counters, c -> c.homeless());
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private <T> void gauge(String name, String help, T of, ToDoubleFunction<T> value) {
        meters.gauge(name, help, Tags.empty(), of, value);
    }

    private <T> void counter(String name, String help, T of, ToDoubleFunction<T> value) {
        meters.counter(name, help, Tags.empty(), of, value);
    }
}
