package dev.kvcachepool.router.app;

import dev.kvcachepool.bridges.lmcache.InboxStats;
import dev.kvcachepool.bridges.vllm.BridgeStats;
import dev.kvcachepool.commandline.tracing.Tracing;
import dev.kvcachepool.prefixadvert.hash.BlockHashers;
import dev.kvcachepool.prefixadvert.kafka.GoneNotice;
import dev.kvcachepool.prefixadvert.table.AdvertView;
import dev.kvcachepool.prefixadvert.wire.Mismatch;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import dev.kvcachepool.router.endpoint.Endpoints;
import dev.kvcachepool.router.endpoint.TenantLoads;
import dev.kvcachepool.router.http.GoneWriter;
import dev.kvcachepool.router.http.RoutedPool;
import dev.kvcachepool.router.http.RouterRoutes;
import dev.kvcachepool.router.http.Serving;
import dev.kvcachepool.router.http.WebPage;
import dev.kvcachepool.router.metrics.RouterMetrics;
import dev.kvcachepool.router.pick.ChainCache;
import dev.kvcachepool.router.pick.EngineMemory;
import dev.kvcachepool.router.pick.HasherSource;
import dev.kvcachepool.router.pick.Holdings;
import dev.kvcachepool.router.pick.Picker;
import dev.kvcachepool.router.pick.PoolMismatches;
import dev.kvcachepool.router.pick.PoolModels;
import dev.kvcachepool.router.pick.PoolNodes;
import dev.kvcachepool.router.pick.PrefixHolders;
import dev.kvcachepool.router.pick.Steering;
import dev.kvcachepool.router.pin.Pins;
import dev.kvcachepool.router.policy.TtftEstimator;
import dev.kvcachepool.router.request.Admission;
import dev.kvcachepool.router.request.Limits;
import dev.kvcachepool.router.trace.RequestTraces;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.annotations.CommandLineArguments;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/** Puts the parts together. */
@Singleton
final class Wiring {
    /** Chains of about 14 million tokens. */
    private static final Logger LOG = Logger.getLogger(Wiring.class);

    private static final long CHAIN_CACHE_BYTES = 64L << 20;

    private static final int BODIES_AT_ONCE = 8;
    private static final Duration BODY_PACE = Duration.ofSeconds(10);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);

    @Produces
    @Singleton
    RouterConfig config(@CommandLineArguments String[] args) {
        return RouterCommand.parse(args, System.getenv());
    }

    @Produces
    @Singleton
    Endpoints endpoints(RouterConfig config) {
        return new Endpoints(
                config.endpoints(), config.rates(), System::nanoTime, RandomGenerator.of("SplittableRandom"));
    }

    @Produces
    @Singleton
    EngineFeed engines(RouterConfig config, Endpoints endpoints) {
        return EngineFeed.of(config, endpoints);
    }

    void close(@Disposes EngineFeed engines) {
        engines.close();
    }

    @Produces
    @Singleton
    SweepFeed sweeps(RouterConfig config, AdvertView adverts) {
        return SweepFeed.of(config, adverts);
    }

    /** Without a broker there are no holders to say it of. */
    @Produces
    @Singleton
    GoneWriter gone(RouterConfig config) {
        var source = config.adverts();
        return source == null ? last -> {} : new GoneNotice(source.clients(), source.topics())::send;
    }

    void close(@Disposes SweepFeed sweeps) {
        sweeps.close();
    }

    @Produces
    @Singleton
    EngineEventsFeed engineEvents(RouterConfig config, AdvertView adverts, Endpoints endpoints, SweepFeed sweeps) {
        return EngineEventsFeed.of(config, adverts, endpoints, sweeps::leads);
    }

    void close(@Disposes EngineEventsFeed engineEvents) {
        engineEvents.close();
    }

    @Produces
    @Singleton
    CacheEventsFeed cacheEvents(RouterConfig config, AdvertView adverts, AnyPosition anyPosition) {
        return CacheEventsFeed.of(config, adverts, anyPosition.tokens());
    }

    void close(@Disposes CacheEventsFeed cacheEvents) {
        cacheEvents.close();
    }

    @Produces
    @Singleton
    PoolNodes nodes(RouterConfig config, AdvertView adverts) {
        return new PoolNodes(adverts, config.pool(), config.placement(), System::nanoTime);
    }

    @Produces
    @Singleton
    Steering steering(RouterConfig config, AdvertView adverts) {
        var models = new PoolModels(adverts, config.pool(), System::nanoTime);
        var chains = new ChainCache(CHAIN_CACHE_BYTES);
        HasherSource hashers = (scheme, blockTokens) -> BlockHashers.of(scheme, blockTokens, config.hashSeed());
        return new Steering(models, new SaltKey(config.saltKey()), hashers, chains);
    }

    @Produces
    @Singleton
    AnyPosition anyPosition(RouterConfig config, AdvertView adverts, Steering steering, PoolNodes nodes) {
        return AnyPosition.of(config, adverts, steering, nodes);
    }

    void close(@Disposes AnyPosition anyPosition) {
        anyPosition.close();
    }

    @Produces
    @Singleton
    Picker picker(
            RouterConfig config, Endpoints endpoints, PoolNodes nodes, Steering steering, CacheEventsFeed cacheEvents) {
        return new Picker(
                endpoints,
                config.policy(),
                new TtftEstimator(),
                steering,
                new Holdings(nodes, cacheEvents.isWanted() ? cacheEvents : EngineMemory.NONE),
                new TenantLoads(config.fairness().queue()));
    }

    @Produces
    @Singleton
    PrefixHolders holders(PoolNodes nodes, Steering steering) {
        return new PrefixHolders(nodes, steering);
    }

    @Produces
    @Singleton
    PoolLogin poolLogin(RouterConfig config, RouterMetrics metrics) {
        return new PoolLogin(config.pins(), metrics);
    }

    void close(@Disposes PoolLogin login) {
        login.close();
    }

    @Produces
    @Singleton
    Pins pins(RouterConfig config, PoolLogin login, RouterMetrics metrics) {
        return new Pins(login.login(), config.pins().tls(), config.pins().timeout(), metrics);
    }

    void close(@Disposes Pins pins) {
        pins.close();
    }

    @Produces
    @Singleton
    Admission admission(RouterConfig config) {
        return new Admission(config.maxInFlight(), config.maxBodyBytes() * BODIES_AT_ONCE);
    }

    @Produces
    @Singleton
    Limits limits(RouterConfig config) {
        return new Limits(
                config.maxBodyBytes(), config.maxPromptTokens(), config.requestTimeout(), BODY_PACE, CONNECT_TIMEOUT);
    }

    @Produces
    @Singleton
    RouterMetrics metrics(MeterRegistry registry) {
        return new RouterMetrics(registry);
    }

    @Produces
    @Singleton
    Tracing tracing() {
        return Tracing.of(System.getenv(), RouterMain.SERVICE, LOG::warn);
    }

    void close(@Disposes Tracing tracing) {
        tracing.close();
    }

    @Produces
    @Singleton
    RequestTraces traces(Tracing tracing) {
        return new RequestTraces(tracing);
    }

    @Produces
    @Singleton
    GatewayDoor gateways(
            RouterConfig config,
            Picker picker,
            Endpoints endpoints,
            TokenFeed tokens,
            Limits limits,
            Admission admission,
            RouterMetrics metrics,
            RequestTraces traces) {
        return GatewayDoor.open(config, picker, endpoints, tokens.tokenizing(), limits, admission, metrics, traces);
    }

    @Produces
    @Singleton
    TokenFeed tokens(RouterConfig config, Vertx vertx, Endpoints endpoints, RouterMetrics metrics) {
        return TokenFeed.of(config, vertx, endpoints, metrics);
    }

    void close(@Disposes TokenFeed tokens) {
        tokens.close();
    }

    @Produces
    @Singleton
    LoadFeed load(RouterConfig config, Vertx vertx, Endpoints endpoints, RouterMetrics metrics) {
        return LoadFeed.of(config, vertx, endpoints, metrics);
    }

    void close(@Disposes LoadFeed load) {
        load.close();
    }

    void close(@Disposes GatewayDoor gateways) {
        gateways.close();
    }

    /** From another thread: this one picks. */
    private static void say(Mismatch mismatch) {
        Thread.startVirtualThread(() -> LOG.warnf(
                "%s: no request is steered to them. Make spec.models (the nodes' --model) and the engines' settings alike:"
                        + " chunk size, hash scheme, PYTHONHASHSEED, cache salt",
                mismatch.sentence()));
    }

    void routes(
            RouterConfig config,
            @Observes Router router,
            Vertx vertx,
            Endpoints endpoints,
            EngineFeed engines,
            AdvertView adverts,
            PoolNodes nodes,
            SweepFeed sweeps,
            EngineEventsFeed engineEvents,
            CacheEventsFeed cacheEvents,
            Picker picker,
            AnyPosition anyPosition,
            PrefixHolders holders,
            Pins pins,
            TokenFeed tokens,
            Limits limits,
            Admission admission,
            RouterMetrics metrics,
            RequestTraces traces,
            GoneWriter gone) {
        metrics.observe(adverts, endpoints, admission::inFlight);
        metrics.observeHits(picker.hits());
        metrics.observeSweeps(sweeps::leads, sweeps::swept);
        if (engineEvents.isWanted()) {
            metrics.observeBridge(BridgeStats.GAUGES, BridgeStats.COUNTERS, engineEvents::stats);
        }
        if (cacheEvents.isWanted()) {
            metrics.observeBridge(InboxStats.GAUGES, InboxStats.COUNTERS, cacheEvents::stats);
        }
        anyPosition.index().ifPresent(index -> metrics.observeAnyPosition(index::stats));
        var mismatches = new PoolMismatches(nodes, picker.sent());
        metrics.observe(mismatches);
        picker.sent().listen(Wiring::say);
        var blend = anyPosition.lookup().orElse(null);
        var pool = new RoutedPool(picker, endpoints, engines, adverts, nodes, mismatches, blend, holders, pins);
        var serving = new Serving(vertx, tokens.tokenizing(), admission, limits, metrics, traces);
        new RouterRoutes(pool, serving, config.fairness().headers(), gone).mount(router);
        if (config.webPage()) {
            new WebPage(pool).mount(router);
        }
    }
}
