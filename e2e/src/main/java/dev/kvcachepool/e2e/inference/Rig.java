package dev.kvcachepool.e2e.inference;

import dev.kvcachepool.e2e.broker.EmbeddedBroker;
import dev.kvcachepool.e2e.fault.SlowRelay;
import dev.kvcachepool.e2e.process.Program;
import dev.kvcachepool.prefixadvert.kafka.KafkaClients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * Broker, router, cache-nodes and engines as processes of this machine, started when they are first needed. All engines have
 * one model; one computes at a time, so that none takes time from another. Not thread-safe.
 */
final class Rig implements AutoCloseable {
    /** Short, as prompts of a CPU are: of a document of 400 tokens six chunks stand whole wherever it stands. */
    static final int CHUNK_TOKENS = 64;

    private static final String POOL = "demo/engine";
    private static final String TOPIC = "lmcache-cache-events";
    /** The tiny one still computes a chunk for some ten times as long as one is read: else none would be. */
    private static final Map<InferenceOptions.Size, List<String>> SHAPES = Map.of(
            InferenceOptions.Size.small,
            List.of(),
            InferenceOptions.Size.tiny,
            List.of("--layers", "4", "--hidden", "256", "--mlp", "768", "--heads", "4", "--kv-heads", "1"));

    private static final Map<InferenceOptions.Size, String> MODELS = Map.of(
            InferenceOptions.Size.small, "seeded-llama-16x512-1536-8-2-8192-7",
            InferenceOptions.Size.tiny, "seeded-llama-4x256-768-4-1-8192-7");

    private final InferenceOptions options;
    private final Path work;
    private final EmbeddedBroker broker;
    private final Map<String, Program> programs = new HashMap<>();
    private long warmUps;
    private final Map<String, SlowRelay> relays = new HashMap<>();

    Rig(InferenceOptions options) throws IOException {
        this.options = options;
        this.work = Files.createTempDirectory("kvp-engine");
        this.broker = new EmbeddedBroker(Files.createDirectory(work.resolve("kafka")), Map.of());
        broker.start();
        try (var admin = KafkaClients.of(broker.address()).admin()) {
            admin.createTopics(List.of(new NewTopic(TOPIC, Optional.of(1), Optional.empty())))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | InterruptedException e) {
            throw new IOException("the broker makes no topic", e);
        }
    }

    String model() {
        return MODELS.getOrDefault(options.size, "");
    }

    /** Flags of the model. */
    List<String> shape() {
        return SHAPES.getOrDefault(options.size, List.of());
    }

    Path logs() {
        return work;
    }

    /** A node with host memory of a size, a disk and sockets; it reads from the other nodes. */
    Program node(String name, String hostSize) {
        return node(
                name,
                POOL,
                hostSize,
                List.of(
                        "--memory-socket",
                        socket(name, "memory"),
                        "--peers",
                        "true",
                        "--disk-path",
                        disk(name),
                        "--disk-size",
                        "2Gi"));
    }

    /** One with memory alone, in a pool of its own. */
    Program smallNode(String name, String hostSize) {
        return node(name, POOL + "-small", hostSize, List.of("--memory-socket", socket(name, "memory")));
    }

    /** The same, but it shows nobody its memory: engines read it over its socket. */
    Program socketNode(String name, String hostSize) {
        return node(name, POOL + "-socket", hostSize, List.of());
    }

    private Program node(String name, String pool, String hostSize, List<String> more) {
        return programs.computeIfAbsent(name, absent -> {
            var flags = new ArrayList<>(List.of(
                    "--resp-port",
                    "0",
                    "--http-port",
                    "0",
                    "--listen-address",
                    "127.0.0.1",
                    "--advertised-address",
                    "127.0.0.1",
                    "--node-id",
                    name,
                    "--kafka",
                    broker.address(),
                    "--host-size",
                    hostSize,
                    "--resp-socket",
                    socket(name, "resp"),
                    "--pool",
                    pool,
                    "--model",
                    "name=" + model() + ",chunk-tokens=" + CHUNK_TOKENS + ",scheme=lmcache-blake3"));
            flags.addAll(more);
            var node = start("cache-node", name, flags);
            node.await();
            return node;
        });
    }

    private String disk(String node) {
        return folder(node).resolve("disk").toString();
    }

    /** A router before endpoints, which finds the chunks of all engines anywhere. */
    Program router(String name, List<String> endpoints) {
        return programs.computeIfAbsent(
                name,
                absent -> start(
                        "router",
                        name,
                        List.of(
                                "--http-port",
                                "0",
                                "--listen-address",
                                "127.0.0.1",
                                "--pool",
                                POOL,
                                "--kafka",
                                broker.address(),
                                "--lmcache-events-topic",
                                TOPIC,
                                "--endpoint",
                                String.join(";", endpoints))));
    }

    /** A running engine and its node as a router is told of them. */
    String endpoint(String engine, String node) {
        var program = programs.get(engine);
        if (program == null) {
            throw new IllegalStateException(engine + " does not run");
        }
        return engine + "=http://" + program.address("http") + "@" + node;
    }

    /** An engine that computes everything. */
    EngineClient plain() throws InterruptedException {
        return engine("engine-plain", List.of());
    }

    /** An engine that reuses prefixes, beside a node that is there. */
    EngineClient pooled(String name, String node) throws InterruptedException {
        return engine(name, beside(node, name));
    }

    /** The same, but what a {@link #socketNode} says comes to it at a rate. */
    EngineClient slowed(String name, String node, long bytesPerSecond) throws InterruptedException {
        var relay = relays.computeIfAbsent(
                name,
                absent -> new SlowRelay(
                        folder(name).resolve("relay"), folder(node).resolve("resp"), bytesPerSecond));
        return engine(name, beside(relay.path().toString(), node, name));
    }

    /** The same as a new process, whose very first prompt is the one that is asked of it. */
    EngineClient restarted(String name, String node) {
        end(name);
        return started(name, beside(node, name));
    }

    /** One that reuses text at any position, too. */
    EngineClient blending(String name, String node, Program router) throws InterruptedException {
        var flags = beside(node, name);
        flags.addAll(List.of(
                "--router-url",
                "http://" + router.address("http"),
                "--recompute-share",
                Double.toString(options.recomputeShare)));
        return engine(name, flags);
    }

    private List<String> beside(String node, String instance) {
        return beside(socket(node, "resp"), node, instance);
    }

    private List<String> beside(String respSocket, String node, String instance) {
        return new ArrayList<>(List.of(
                "--resp-socket",
                respSocket,
                // Not there where the node shows no memory: nobody connects to it then.
                "--memory-socket",
                socket(node, "memory"),
                "--chunk-tokens",
                Integer.toString(CHUNK_TOKENS),
                "--kafka",
                broker.address(),
                "--lmcache-events-topic",
                TOPIC,
                "--instance",
                instance,
                "--pool-timeout",
                // What tests look at is whether something is read, and not how soon on a busy machine.
                options.size == InferenceOptions.Size.tiny ? "5s" : "200ms"));
    }

    private EngineClient engine(String name, List<String> flags) throws InterruptedException {
        boolean fresh = !programs.containsKey(name);
        var engine = started(name, flags);
        if (fresh) {
            warmUp(engine);
        }
        return engine;
    }

    private EngineClient started(String name, List<String> flags) {
        var program = programs.computeIfAbsent(name, absent -> {
            var all = new ArrayList<>(shape());
            all.addAll(List.of("--http-port", "0"));
            all.addAll(flags);
            return start("engine", name, all);
        });
        return new EngineClient(program.address("http"), model());
    }

    /** A process' first prompt is slow, with a pool and without: one that nobody measures comes before the others. */
    private void warmUp(EngineClient engine) throws InterruptedException {
        int tokens = options.size == InferenceOptions.Size.tiny ? 256 : 2048;
        // Another each, that none reads what another one stored.
        var prompt = Texts.random(new SplittableRandom(--warmUps), tokens, Workload.VOCABULARY);
        var _ = engine.ask(prompt, 1, "warm-up");
        engine.awaitStored();
    }

    /** Ends a program in order; asked for again it is a new process. */
    void end(String name) {
        var program = programs.remove(name);
        if (program != null) {
            program.close();
        }
    }

    private Program start(String program, String name, List<String> flags) {
        // Not with the first-stage compiler alone, as other demos' programs: these compute.
        return Program.start(
                options.root,
                program,
                flags,
                Map.of("KVP_JAVA_OPTS", ""),
                folder(name).resolve("log"));
    }

    private String socket(String node, String kind) {
        return folder(node).resolve(kind).toString();
    }

    private Path folder(String name) {
        try {
            return Files.createDirectories(work.resolve(name));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        programs.keySet().stream()
                .filter(name -> name.startsWith("engine"))
                .toList()
                .forEach(this::end);
        List.copyOf(programs.keySet()).forEach(this::end);
        relays.values().forEach(SlowRelay::close);
        broker.close();
    }
}
