package dev.kvcachepool.e2e.demo;

import dev.kvcachepool.e2e.engine.EngineCounters;
import dev.kvcachepool.e2e.engine.EngineSettings;
import dev.kvcachepool.e2e.engine.EngineStandIn;
import dev.kvcachepool.e2e.process.Program;
import dev.kvcachepool.prefixadvert.table.AdvertView;
import java.io.PrintStream;
import java.util.List;
import redis.clients.jedis.HostAndPort;

/** Runs one policy after another over the same cluster, each from empty caches, an empty index and a fresh router. */
final class Passes {
    private final DemoCluster cluster;
    private final AdvertView table;
    private final EngineSettings settings;
    private final LoadClient client;
    private final List<HostAndPort> caches;
    private final PrintStream out;

    /**
     * Passes over a running cluster.
     *
     * @param table the demo's own reader of the adverts, to see when the index is empty
     * @param caches what engine i takes for its cache-node: the node itself or a proxy before it
     */
    Passes(
            DemoCluster cluster,
            AdvertView table,
            EngineSettings settings,
            LoadClient client,
            List<HostAndPort> caches,
            PrintStream out) {
        this.cluster = cluster;
        this.table = table;
        this.settings = settings;
        this.client = client;
        this.caches = caches;
        this.out = out;
    }

    /** What happens between a router's catch-up and the first request. */
    interface BeforeLoad {
        BeforeLoad NOTHING = () -> {};

        void run();
    }

    PassResult run(String label, String policy, int requests, BeforeLoad before) throws InterruptedException {
        cluster.flushAll();
        DemoCluster.await("the index is empty", () -> table.index().pairs() == 0);
        var counters = new EngineCounters();
        var engines = cluster.startEngines(settings, counters, caches);
        try (var router = cluster.startRouter(policy, engines)) {
            var api = new RouterApi(router.address("http"));
            DemoCluster.await("the router is ready", api::isReady);
            before.run();
            var outcome = client.run(api.url(), requests, new Progress(out, label, requests));
            DemoCluster.await(
                    "the engines are idle", () -> engines.stream().allMatch(engine -> engine.outstanding() == 0));
            return result(policy, outcome, counters, api.advertLagP99Ms());
        } finally {
            engines.forEach(EngineStandIn::close);
        }
    }

    private static PassResult result(
            String policy, LoadClient.Outcome outcome, EngineCounters counters, double advertLagP99Ms) {
        var sorted = outcome.ttftMillis().stream().sorted().toList();
        return new PassResult(
                policy,
                counters.hitRatio(),
                PassResult.mean(sorted),
                PassResult.quantile(sorted, .5),
                PassResult.quantile(sorted, .99),
                counters.bytesStored(),
                counters.bytesFetched(),
                counters.wrongBytes(),
                advertLagP99Ms,
                outcome.failed(),
                sorted);
    }

    /** Engines and a router that stay, for {@code KEEP=1}. */
    Program keepRouter() throws InterruptedException {
        var engines = cluster.startEngines(settings, new EngineCounters(), caches);
        var router = cluster.startRouter("adverts", engines);
        var api = new RouterApi(router.address("http"));
        DemoCluster.await("the router is ready", api::isReady);
        return router;
    }
}
