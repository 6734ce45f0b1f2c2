package dev.kvcachepool.router.metrics;

import dev.kvcachepool.prefixadvert.anyposition.AnyPositionStats;
import dev.kvcachepool.prefixadvert.table.AdvertStats;
import dev.kvcachepool.prefixadvert.table.AdvertView;
import dev.kvcachepool.prefixadvert.wire.Mismatch;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.router.endpoint.Endpoint;
import dev.kvcachepool.router.endpoint.Endpoints;
import dev.kvcachepool.router.pick.Hits;
import dev.kvcachepool.router.pick.PoolMismatches;
import dev.kvcachepool.router.pick.Ranking;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * What the router counts, under {@code kvcachepool_router_…}. Labels are endpoint names, statuses, policies and bases of
 * picks: all bounded, and none says anything of a prompt or a tenant. Thread-safe.
 */
public final class RouterMetrics {
    /** Stands for the endpoint of a request that none could be found for. */
    public static final String NO_ENDPOINT = "none";

    /** A gateway's request that an endpoint was named for. */
    public static final String ROUTED = "routed";
    /** A gateway's request that ended before its answer did. */
    public static final String GIVEN_UP = "given-up";

    private static final String PREFIX = "kvcachepool.router.";
    private static final String ENDPOINT = "endpoint";
    private static final Namespace NOWHERE = new Namespace(0);

    private final MeterRegistry registry;
    private final Queue<Object> sources = new ConcurrentLinkedQueue<>();

    public RouterMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Has the tables and endpoints read at each scrape. */
    public void observe(AdvertView adverts, Endpoints endpoints, IntSupplier inFlight) {
        gauge("in.flight", inFlight, supplier -> supplier.getAsInt());
        gauge("index.ready", adverts, view -> view.ready() ? 1 : 0);
        gauge("index.blocks", adverts, view -> view.index().blocks());
        gauge("index.pairs", adverts, view -> view.index().pairs());
        gauge("holders", adverts, view -> view.holders().size());
        gauge("advert.lag.p99.seconds", adverts, view -> view.stats().lagP99Micros() / 1e6);
        counter("advert.rows", adverts, AdvertStats::rows);
        counter("advert.malformed", adverts, AdvertStats::malformed);
        counter("advert.fenced", adverts, AdvertStats::fenced);
        counter("advert.rebuilds", adverts, AdvertStats::rebuilds);
        counter("advert.gaps", adverts, AdvertStats::gaps);
        gauge("endpoints", endpoints, known -> known.all().size());
        endpoints.observe(new PerEndpoint(endpoints));
    }

    /** Has what picks found held read at each scrape. */
    public void observeHits(Hits hits) {
        counter(
                PREFIX + "prompt.blocks",
                Tags.empty(),
                hits,
                all -> all.sinceStart().asked());
        counter(
                PREFIX + "prompt.blocks.held",
                Tags.empty(),
                hits,
                all -> all.sinceStart().held());
    }

    /** Has it read at each scrape of how many models engines differ from the pool. */
    public void observe(PoolMismatches mismatches) {
        for (var kind : Mismatch.Kind.values()) {
            Gauge.builder(
                            PREFIX + "mismatches",
                            mismatches,
                            all -> all.now().stream()
                                    .filter(each -> each.kind() == kind)
                                    .count())
                    .tag("kind", kind.id())
                    .strongReference(true)
                    .register(registry);
        }
    }

    /** Has what the sweeper did read at each scrape. */
    public void observeSweeps(BooleanSupplier leads, LongSupplier swept) {
        gauge("sweep.leader", leads, supplier -> supplier.getAsBoolean() ? 1 : 0);
        counter(PREFIX + "swept.rows", Tags.empty(), swept, LongSupplier::getAsLong);
    }

    /** Has what is known of stored chunks' tokens read at each scrape. */
    public void observeAnyPosition(Supplier<AnyPositionStats> stats) {
        gauge("any.position.chunks", stats, supplier -> supplier.get().chunks());
        gauge("any.position.texts", stats, supplier -> supplier.get().texts());
        gauge("any.position.bytes", stats, supplier -> supplier.get().bytes());
        counter("any.position.lookups", stats, AnyPositionStats::lookups);
        counter("any.position.matches", stats, AnyPositionStats::taken);
        counter("any.position.verified.misses", stats, AnyPositionStats::verifiedMisses);
        counter("any.position.evicted", stats, AnyPositionStats::evicted);
        counter("any.position.forgotten", stats, AnyPositionStats::forgotten);
        counter("any.position.refused", stats, AnyPositionStats::refused);
    }

    /** Has what a bridge counts read at each scrape, under its own metrics' names. */
    public <S> void observeBridge(
            Map<String, ToLongFunction<S>> gauges, Map<String, ToLongFunction<S>> counters, Supplier<S> stats) {
        gauges.forEach((name, count) -> Gauge.builder(name, stats, now -> count.applyAsLong(now.get()))
                .strongReference(true)
                .register(registry));
        counters.forEach((name, count) -> counter(name, Tags.empty(), stats, now -> count.applyAsLong(now.get())));
    }

    /** Gauges come and go with their endpoints, and counts go with them, or engines' names would pile up here. */
    private final class PerEndpoint implements Endpoints.Observer {
        private final Endpoints endpoints;

        PerEndpoint(Endpoints endpoints) {
            this.endpoints = endpoints;
        }

        @Override
        public void joined(Endpoint endpoint) {
            endpointGauge("endpoint.queue.seconds", endpoint, load -> load.queueNanos() / 1e9);
            endpointGauge("endpoint.outstanding", endpoint, Endpoint.Load::outstanding);
            endpointGauge(
                    "endpoint.prefill.tokens.per.second",
                    endpoint,
                    load -> load.rates().tokensPerSecond());
            endpointGauge(
                    "endpoint.memory.bytes.per.second",
                    endpoint,
                    load -> load.rates().memoryBytesPerSecond());
            endpointGauge(
                    "endpoint.disk.bytes.per.second",
                    endpoint,
                    load -> load.rates().diskBytesPerSecond());
            endpointGauge("endpoint.failures", endpoint, Endpoint.Load::failures);
            endpointGauge("endpoint.cold", endpoint, load -> load.cold() ? 1 : 0);
        }

        @Override
        public void left(Endpoint endpoint) {
            // Requests that ended after an earlier endpoint had left were counted under its name: these go, too.
            registry.getMeters().stream()
                    .filter(meter -> isOfNobody(meter.getId()))
                    .forEach(registry::remove);
        }

        private boolean isOfNobody(Meter.Id id) {
            var name = id.getTag(ENDPOINT);
            return id.getName().startsWith(PREFIX)
                    && name != null
                    && !name.equals(NO_ENDPOINT)
                    && endpoints.named(name).isEmpty();
        }
    }

    /** A pick was made, for a caller of the API or for the proxy. */
    public void picked(String policy, Ranking.Basis basis, Duration took) {
        registry.counter(PREFIX + "picks", "policy", policy, "reason", basis.id())
                .increment();
        Timer.builder(PREFIX + "pick")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofNanos(1000))
                .maximumExpectedValue(Duration.ofSeconds(1))
                .register(registry)
                .record(took);
    }

    /** A proxied request ended. */
    public void proxied(String endpoint, int status) {
        registry.counter(PREFIX + "proxy.requests", ENDPOINT, endpoint, "status", Integer.toString(status))
                .increment();
    }

    /**
     * A gateway's request was routed, refused or given up.
     *
     * @param outcome {@link #ROUTED}, {@link #GIVEN_UP}, or the status that it was refused with
     */
    public void gatewayRequest(String outcome) {
        registry.counter(PREFIX + "ext.proc.requests", "outcome", outcome).increment();
    }

    /**
     * A request's text was tokenized, or was not.
     *
     * @param from where tokens of its model come from
     * @param outcome {@code tokens}, or why there are none
     */
    public void tokenized(String from, String outcome, Duration took) {
        registry.counter(PREFIX + "tokenized", "from", from, "outcome", outcome).increment();
        Timer.builder(PREFIX + "tokenize")
                .tag("from", from)
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofNanos(100_000))
                .maximumExpectedValue(Duration.ofSeconds(5))
                .register(registry)
                .record(took);
    }

    /** Has the embedded tokenizers' tokens read at each scrape: those found in their cache, and those computed. */
    public void observeTokenizers(LongSupplier found, LongSupplier computed) {
        counter(PREFIX + "tokenizer.tokens", Tags.of("source", "cache"), found, LongSupplier::getAsLong);
        counter(PREFIX + "tokenizer.tokens", Tags.of("source", "computed"), computed, LongSupplier::getAsLong);
    }

    /**
     * A cache-node was asked to pin, warm or let go blocks.
     *
     * @param outcome what became of {@code blocks} of them
     */
    public void pinBlocks(String mode, String outcome, long blocks) {
        registry.counter(PREFIX + "pin.blocks", "mode", mode, "outcome", outcome)
                .increment((double) blocks);
    }

    /** An engine's metrics were read, or could not be. */
    public void engineRead(String endpoint, boolean said) {
        registry.counter(PREFIX + "engine.reads", ENDPOINT, endpoint, "outcome", said ? "said" : "failed")
                .increment();
    }

    /** Has the number of gateways' streams read at each scrape. */
    public void observeGateways(IntSupplier streams) {
        gauge("ext.proc.streams", streams, supplier -> supplier.getAsInt());
        registry.counter(PREFIX + "ext.proc.requests", "outcome", ROUTED);
    }

    /** Has what became of changed files of the pool's passwords read at each scrape. */
    public void observePasswords(LongSupplier applied, LongSupplier refused) {
        var name = PREFIX + "pool.password.reloads";
        counter(name, Tags.of("outcome", "applied"), applied, LongSupplier::getAsLong);
        counter(name, Tags.of("outcome", "refused"), refused, LongSupplier::getAsLong);
    }

    /** Adds the files of TLS. */
    public void observeTls(LongSupplier applied, LongSupplier refused, LongSupplier notBefore, LongSupplier notAfter) {
        var name = PREFIX + "tls.reloads";
        counter(name, Tags.of("outcome", "applied"), applied, LongSupplier::getAsLong);
        counter(name, Tags.of("outcome", "refused"), refused, LongSupplier::getAsLong);
        gauge("tls.certificate.not.before.seconds", notBefore, LongSupplier::getAsLong);
        gauge("tls.certificate.not.after.seconds", notAfter, LongSupplier::getAsLong);
    }

    /** A proxied or picked request's first byte came. */
    public void firstByte(String endpoint, Duration took) {
        Timer.builder(PREFIX + "ttft")
                .tag(ENDPOINT, endpoint)
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofMinutes(2))
                .register(registry)
                .record(took);
    }

    private void counter(String name, Supplier<AnyPositionStats> stats, ToLongFunction<AnyPositionStats> value) {
        counter(PREFIX + name, Tags.empty(), stats, supplier -> value.applyAsLong(supplier.get()));
    }

    /** A counter refers to its source weakly, and one that is only a lambda would go with the next collection. */
    private <T> void counter(String name, Tags tags, T source, ToDoubleFunction<T> value) {
        sources.add(source);
        FunctionCounter.builder(name, source, value).tags(tags).register(registry);
    }

    private <T> void gauge(String name, T source, ToDoubleFunction<T> value) {
        Gauge.builder(PREFIX + name, source, value).strongReference(true).register(registry);
    }

    private void counter(String name, AdvertView adverts, ToLongFunction<AdvertStats> value) {
        counter(PREFIX + name, Tags.empty(), adverts, view -> value.applyAsLong(view.stats()));
    }

    private void endpointGauge(String name, Endpoint endpoint, ToDoubleFunction<Endpoint.Load> value) {
        Gauge.builder(PREFIX + name, endpoint, source -> value.applyAsDouble(source.load(NOWHERE, List.of())))
                .tag(ENDPOINT, endpoint.name())
                .strongReference(true)
                .register(registry);
    }
}
