package dev.kvcachepool.e2e.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.kvcachepool.e2e.broker.EmbeddedBroker;
import dev.kvcachepool.e2e.engine.EngineSettings;
import dev.kvcachepool.e2e.engine.EngineStandIn;
import dev.kvcachepool.e2e.gateway.EnvoyGateway;
import dev.kvcachepool.e2e.trace.Prompts;
import dev.kvcachepool.e2e.trace.Trace;
import dev.kvcachepool.prefixadvert.index.FlatPrefixIndex;
import dev.kvcachepool.prefixadvert.kafka.AdvertReader;
import dev.kvcachepool.prefixadvert.kafka.KafkaClients;
import dev.kvcachepool.prefixadvert.kafka.TopicSettings;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;

/**
 * The main job on one machine: a KVCachePool is applied, the operator makes eight cache-nodes and a router of it, eight
 * engine stand-ins take a real trace under routing policies one after another; then a Pooled pool is scaled. Exit status 1 if a fetched byte was wrong or steering by adverts did not pay.
 */
public final class DemoMain {
    private static final int LEAST_REQUESTS = 50;
    private static final int WARM_UP_REQUESTS = 100;

    private final DemoOptions options;
    private final PrintStream out;

    private DemoMain(DemoOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    public static void main(String[] arguments) throws Exception {
        System.exit(run(arguments, System.out));
    }

    /** The exit status: 0 all as it should be, 1 a shortcoming, 2 a wrong argument. */
    public static int run(String[] arguments, PrintStream out) throws Exception {
        var options = new DemoOptions();
        var command = new CommandLine(options);
        try {
            command.parseArgs(arguments);
            if (options.help) {
                command.usage(out);
                return 0;
            }
            return new DemoMain(options, out).run(Trace.load(options.trace, checkedRequests(options)));
        } catch (CommandLine.ParameterException | IllegalArgumentException e) {
            out.println(e.getMessage());
            return 2;
        }
    }

    private static int checkedRequests(DemoOptions options) {
        if (options.requests < LEAST_REQUESTS || options.requests > 800) {
            throw new IllegalArgumentException("--requests is " + options.requests + ", allowed are 50 to 800");
        }
        var _ = options.policies();
        if (options.peers && options.fault == DemoOptions.Fault.kill_node) {
            throw new IllegalArgumentException("--peers is not allowed with --fault kill_node, whose pool has disks");
        }
        if (options.cluster
                && (options.peers
                        || options.fault != DemoOptions.Fault.none
                        || options.gateway != DemoOptions.Gateway.none)) {
            throw new IllegalArgumentException("--cluster is not allowed with --peers, --fault or --gateway");
        }
        if (options.gateway == DemoOptions.Gateway.envoy) {
            EnvoyGateway.missing(options.root).ifPresent(missing -> {
                throw new IllegalArgumentException("--gateway is envoy, but " + missing);
            });
        }
        if (!(options.speed >= 1 && options.speed <= 50)) {
            throw new IllegalArgumentException("--speed is " + options.speed + ", allowed are 1 to 50");
        }
        return options.requests;
    }

    private int run(Trace trace) throws Exception {
        var work = Files.createTempDirectory("kvcachepool-demo");
        var settings = new EngineSettings(
                DemoOptions.MODEL,
                Prompts.BLOCK_TOKENS,
                DemoOptions.BLOCK_BYTES,
                trace.prefillRate(DemoOptions.NODES, DemoOptions.LOAD),
                options.speed);
        describe(trace, settings, work);
        var client = new LoadClient(trace.requests(), options.speed);
        var caches = new DemoCaches(options.fault == DemoOptions.Fault.flip_bits);
        var engines = new EngineImage(settings, caches::of);
        var address = options.cluster ? ClusterKubernetes.broker(options.root) : LocalKubernetes.BROKER;
        try (var broker = new EmbeddedBroker(work.resolve("kafka"), address, Map.of());
                var kubernetes = options.cluster
                        ? new ClusterKubernetes(options.root, engines)
                        : new LocalKubernetes(options.root, work, Map.of(DemoPool.ENGINE_LABEL, engines))) {
            broker.start();
            var pool = new DemoPool(kubernetes, kubernetes.example(options), throughEnvoy());
            caches.belongTo(pool);
            kubernetes.awaitOperator();
            var applyToReadyMs = pool.apply();
            var children = kubernetes.childrenOf(DemoPool.NAME);
            out.printf("applied %s: %d children, ready after %d ms%n", pool.example(), children, applyToReadyMs);
            try (var table = reader(address)) {
                table.start();
                kubernetes.await("the adverts are read", table::ready);
                kubernetes.await(
                        "all nodes advertise themselves", () -> table.holders().size() == DemoOptions.NODES);
                EngineStandIn.warmUp(client.bodies(), settings);
                pool.awaitReachable();
                if (options.compares()) {
                    out.println(
                            "filling every node once, so that no policy pays for memory that was never touched ...");
                    pool.fillAll(DemoOptions.HOST_BYTES, DemoOptions.BLOCK_BYTES);
                }
                var passes = new Passes(kubernetes, pool, engines, table, client, front(work), out);
                var killed = new KilledNode(kubernetes, pool, out);
                var results = runPasses(trace, events(broker, killed), passes);
                var scaled = options.fault == DemoOptions.Fault.none ? new ScaleUnderLoad(kubernetes, out).run() : 0;
                var result = result(trace, results, scaled, applyToReadyMs, children);
                var shortcomings = new ArrayList<>(result.shortcomings());
                if (killsNode()) {
                    shortcomings.addAll(killed.shortcomings());
                }
                report(result, shortcomings);
                if (options.keep) {
                    keep(kubernetes, pool, passes, trace);
                } else {
                    kubernetes.deletePools();
                    out.println("deleted the pools: nothing of them is left");
                }
                return shortcomings.isEmpty() ? 0 : 1;
            }
        }
    }

    private void describe(Trace trace, EngineSettings settings, Path work) {
        out.printf(
                "%s: %d requests over %.0f s, at %.0f x speed; %d nodes of %s; a block is %d tokens and %d KiB"
                        + " (1/256 of a 64 MiB one)%n",
                trace.name(),
                trace.requests().size(),
                trace.seconds(),
                options.speed,
                DemoOptions.NODES,
                DemoOptions.HOST_SIZE,
                Prompts.BLOCK_TOKENS,
                DemoOptions.BLOCK_BYTES >> 10);
        out.printf(
                "simulated: only the GPU, as a sleep of %.0f tokens/s an engine; all else is real. logs: %s%n%n",
                settings.prefillTokensPerSecond(), work);
        if (throughEnvoy()) {
            out.printf("requests go through a stock Envoy, which asks the router by ext_proc where to send each%n%n");
        }
    }

    private static AdvertReader reader(String broker) {
        return new AdvertReader(
                KafkaClients.of(broker),
                AdvertTopics.ofPool(DemoPool.FULL_NAME),
                TopicSettings.withPartitions(TopicSettings.DEFAULT_PARTITIONS),
                FlatPrefixIndex::new,
                InstantSource.system());
    }

    private boolean throughEnvoy() {
        return options.gateway == DemoOptions.Gateway.envoy;
    }

    private Front.Opening front(Path work) {
        return throughEnvoy()
                ? (pool, router) -> Front.ofEnvoy(options.root, work, pool, router)
                : (pool, router) -> Front.ofRouter(router);
    }

    private boolean killsNode() {
        return options.fault == DemoOptions.Fault.kill_node;
    }

    /** What happens to the adverts pass. */
    private Passes.Events events(EmbeddedBroker broker, KilledNode killed) {
        return switch (options.fault) {
            case no_adverts -> new Passes.Events(broker::stop, () -> {});
            case kill_node -> new Passes.Events(() -> {}, killed::kill);
            case none, flip_bits -> Passes.Events.NONE;
        };
    }

    private List<PassResult> runPasses(Trace trace, Passes.Events ofAdverts, Passes passes)
            throws InterruptedException {
        // On two cores the nodes' JVMs are still compiling then, and the policy that is measured first would pay for
        // it.
        if (options.compares()) {
            passes.run(
                    "warm-up",
                    DemoOptions.ADVERTS,
                    Math.min(WARM_UP_REQUESTS, trace.requests().size()),
                    Passes.Events.NONE);
        }
        var results = new ArrayList<PassResult>();
        for (var policy : options.policies()) {
            var events = policy.equals(DemoOptions.ADVERTS) ? ofAdverts : Passes.Events.NONE;
            results.add(passes.run(policy, policy, trace.requests().size(), events));
        }
        return results;
    }

    private DemoResult result(
            Trace trace, List<PassResult> results, long wrongWhileScaling, long applyToReadyMs, int children) {
        return new DemoResult(
                trace.name(),
                trace.requests().size(),
                DemoOptions.NODES,
                DemoOptions.BLOCK_BYTES,
                DemoOptions.HOST_BYTES,
                options.speed,
                options.peers,
                results,
                trace.idealHitRatio(),
                results.stream().mapToLong(PassResult::wrongBytes).sum() + wrongWhileScaling,
                results.getLast().advertLagP99Ms(),
                applyToReadyMs,
                children);
    }

    private void report(DemoResult result, List<String> shortcomings) throws IOException {
        var folder = Files.createDirectories(options.outFolder());
        var json = folder.resolve("demo.json");
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(json.toFile(), result);
        var html = folder.resolve("demo.html");
        Files.writeString(html, HtmlReport.render(result));
        out.println();
        out.println(Table.render(result));
        out.println("written: " + json + ", " + html);
        shortcomings.forEach(shortcoming -> out.println("NOT AS IT SHOULD BE: " + shortcoming));
    }

    private void keep(DemoKubernetes kubernetes, DemoPool pool, Passes passes, Trace trace)
            throws InterruptedException {
        var kept = passes.keep();
        var lines = new ArrayList<>(KeepLines.of(kubernetes, pool, kept.router(), trace));
        lines.addAll(throughEnvoy() ? KeepLines.ofGateway(kept) : List.of());
        lines.forEach(line -> out.println("  $ " + line));
        out.println("running; end it with Ctrl-C");
        var stop = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            kept.front().close();
            kubernetes.close();
            stop.countDown();
        }));
        stop.await();
    }
}
