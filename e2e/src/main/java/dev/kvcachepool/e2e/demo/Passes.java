package dev.kvcachepool.e2e.demo;

import dev.kvcachepool.e2e.engine.EngineCounters;
import dev.kvcachepool.prefixadvert.table.AdvertView;
import java.io.PrintStream;

/** Runs one policy after another over the same pool, each from empty caches, an empty index and a fresh router. */
final class Passes {
    private final DemoKubernetes kubernetes;
    private final DemoPool pool;
    private final EngineImage engines;
    private final AdvertView table;
    private final LoadClient client;
    private final Front.Opening fronts;
    private final PrintStream out;

    /**
     * Passes over a pool that is ready.
     *
     * @param table the demo's own reader of the adverts, to see when the index is empty
     * @param fronts what requests are sent to
     */
    Passes(
            DemoKubernetes kubernetes,
            DemoPool pool,
            EngineImage engines,
            AdvertView table,
            LoadClient client,
            Front.Opening fronts,
            PrintStream out) {
        this.kubernetes = kubernetes;
        this.pool = pool;
        this.engines = engines;
        this.table = table;
        this.client = client;
        this.fronts = fronts;
        this.out = out;
    }

    /**
     * What happens to a pass from outside.
     *
     * @param before between the router's catch-up and the first request
     * @param halfWay when half of the requests are answered
     */
    record Events(Runnable before, Runnable halfWay) {
        static final Events NONE = new Events(() -> {}, () -> {});
    }

    PassResult run(String label, String policy, int requests, Events events) throws InterruptedException {
        pool.awaitReachable();
        pool.flushAll();
        kubernetes.await("the index is empty", () -> table.index().pairs() == 0);
        var counters = engines.countAnew();
        var router = pool.route(policy);
        pool.startEngines(router);
        var before = pool.reads();
        events.before.run();
        LoadClient.Outcome outcome;
        try (var front = fronts.open(pool, router)) {
            outcome = client.run(front.url(), requests, new Progress(out, label, requests, events.halfWay));
        }
        kubernetes.await("the engines are idle", engines::idle);
        var peerShare = pool.reads().peerShareSince(before);
        var result = result(policy, outcome, counters, peerShare, router.advertLagP99Ms());
        pool.stopEngines();
        return result;
    }

    private static PassResult result(
            String policy,
            LoadClient.Outcome outcome,
            EngineCounters counters,
            double peerShare,
            double advertLagP99Ms) {
        var sorted = outcome.ttftMillis().stream().sorted().toList();
        return new PassResult(
                policy,
                counters.hitRatio(),
                counters.hitRatio() * (1 - peerShare),
                counters.hitRatio() * peerShare,
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

    /**
     * What stays of a pass.
     *
     * @param front what requests are sent to; the caller closes it
     */
    record Kept(RouterApi router, Front front) {}

    /** Engines, a router and what is in front of them, for {@code KEEP=1}. */
    Kept keep() throws InterruptedException {
        var router = pool.route("adverts");
        pool.startEngines(router);
        return new Kept(router, fronts.open(pool, router));
    }
}
