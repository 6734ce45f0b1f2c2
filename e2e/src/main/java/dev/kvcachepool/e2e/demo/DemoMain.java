package dev.kvcachepool.e2e.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.kvcachepool.e2e.engine.EngineSettings;
import dev.kvcachepool.e2e.engine.EngineStandIn;
import dev.kvcachepool.e2e.fault.FlippingProxy;
import dev.kvcachepool.e2e.trace.Prompts;
import dev.kvcachepool.e2e.trace.Trace;
import dev.kvcachepool.prefixadvert.index.FlatPrefixIndex;
import dev.kvcachepool.prefixadvert.kafka.AdvertReader;
import dev.kvcachepool.prefixadvert.kafka.KafkaClients;
import dev.kvcachepool.prefixadvert.kafka.TopicSettings;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import picocli.CommandLine;
import redis.clients.jedis.HostAndPort;

/**
 * The main job on one machine: eight cache-nodes, eight engine stand-ins, a real trace, and three routing policies one
 * after another. Exit status 1 if a fetched byte was wrong or steering by adverts did not pay.
 */
public final class DemoMain {
    private static final int WARM_UP_REQUESTS = 50;
    private static final List<String> POLICIES = List.of("round-robin", "least-loaded", "adverts");

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
        if (options.requests < WARM_UP_REQUESTS || options.requests > 800) {
            throw new IllegalArgumentException("--requests is " + options.requests + ", allowed are 50 to 800");
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
        try (var cluster = new DemoCluster(options.root, work, DemoOptions.NODES, DemoOptions.HOST_SIZE);
                var table = reader(cluster)) {
            table.start();
            DemoCluster.await("the adverts are read", table::ready);
            DemoCluster.await(
                    "all nodes advertise themselves", () -> table.holders().size() == DemoOptions.NODES);
            out.println("filling every node once, so that no policy pays for memory that was never touched ...");
            EngineStandIn.warmUp(client.bodies(), settings);
            cluster.fillAll(DemoOptions.HOST_BYTES, DemoOptions.BLOCK_BYTES);
            var passes = new Passes(cluster, table, settings, client, caches(cluster), out);
            var result = runPasses(trace, cluster, passes);
            report(result);
            if (options.keep) {
                keep(cluster, passes, trace);
            }
            return result.shortcomings().isEmpty() ? 0 : 1;
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
    }

    private static AdvertReader reader(DemoCluster cluster) {
        return new AdvertReader(
                KafkaClients.of(cluster.broker().address()),
                AdvertTopics.ofPool(DemoCluster.POOL),
                TopicSettings.withPartitions(TopicSettings.DEFAULT_PARTITIONS),
                FlatPrefixIndex::new,
                InstantSource.system());
    }

    private List<HostAndPort> caches(DemoCluster cluster) {
        var caches = new ArrayList<>(
                IntStream.range(0, DemoOptions.NODES).mapToObj(cluster::resp).toList());
        if (options.fault == DemoOptions.Fault.flip_bits) {
            var node = caches.getFirst();
            var proxy = new FlippingProxy(new InetSocketAddress(node.getHost(), node.getPort()));
            caches.set(0, new HostAndPort("127.0.0.1", proxy.port()));
        }
        return caches;
    }

    private DemoResult runPasses(Trace trace, DemoCluster cluster, Passes passes) throws InterruptedException {
        // Under each policy: on two cores the JVMs are still compiling after the first fifty requests, and the policy
        // that
        // is measured first would pay for it.
        for (var policy : POLICIES) {
            passes.run("warm-up", policy, WARM_UP_REQUESTS, Passes.BeforeLoad.NOTHING);
        }
        var results = new ArrayList<PassResult>();
        for (var policy : POLICIES) {
            var stopsBroker = options.fault == DemoOptions.Fault.no_adverts && policy.equals("adverts");
            results.add(passes.run(
                    policy,
                    policy,
                    trace.requests().size(),
                    stopsBroker ? cluster.broker()::stop : Passes.BeforeLoad.NOTHING));
        }
        return new DemoResult(
                trace.name(),
                trace.requests().size(),
                DemoOptions.NODES,
                DemoOptions.BLOCK_BYTES,
                DemoOptions.HOST_BYTES,
                options.speed,
                results,
                trace.idealHitRatio(),
                results.stream().mapToLong(PassResult::wrongBytes).sum(),
                results.getLast().advertLagP99Ms());
    }

    private void report(DemoResult result) throws IOException {
        var folder = Files.createDirectories(options.outFolder());
        var json = folder.resolve("demo.json");
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(json.toFile(), result);
        var html = folder.resolve("demo.html");
        Files.writeString(html, HtmlReport.render(result));
        out.println();
        out.println(Table.render(result));
        out.println("written: " + json + ", " + html);
        result.shortcomings().forEach(shortcoming -> out.println("NOT AS IT SHOULD BE: " + shortcoming));
    }

    private void keep(DemoCluster cluster, Passes passes, Trace trace) throws InterruptedException {
        var router = passes.keepRouter();
        KeepLines.of(cluster, router, trace).forEach(line -> out.println("  $ " + line));
        out.println("running; end it with Ctrl-C");
        var stop = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            router.close();
            cluster.close();
            stop.countDown();
        }));
        stop.await();
    }
}
