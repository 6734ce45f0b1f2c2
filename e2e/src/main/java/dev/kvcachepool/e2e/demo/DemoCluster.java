package dev.kvcachepool.e2e.demo;

import dev.kvcachepool.e2e.broker.EmbeddedBroker;
import dev.kvcachepool.e2e.engine.EngineCounters;
import dev.kvcachepool.e2e.engine.EngineSettings;
import dev.kvcachepool.e2e.engine.EngineStandIn;
import dev.kvcachepool.e2e.process.Program;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;

/** A pool on one machine: an in-process broker and cache-nodes as processes, each on its own loopback address. */
public final class DemoCluster implements AutoCloseable {
    static final String POOL = "demo/demo";
    private static final long WAIT_NANOS = 60_000_000_000L;

    private final Path root;
    private final Path work;
    private final String hostSize;
    private final EmbeddedBroker broker;
    private final List<Program> nodes = new ArrayList<>();

    /**
     * Starts the broker and {@code count} cache-nodes and waits until they serve.
     *
     * @param root the project's folder
     * @param work an empty folder for logs and the broker's data
     * @param hostSize of each node's host tier, as in {@code --host-size}
     */
    public DemoCluster(Path root, Path work, int count, String hostSize) {
        this.root = root;
        this.work = work;
        this.hostSize = hostSize;
        this.broker = new EmbeddedBroker(work.resolve("kafka"), Map.of());
        broker.start();
        for (int number = 0; number < count; number++) {
            nodes.add(startNode(number));
        }
        nodes.forEach(Program::await);
    }

    /** The folder name of a node's id, holder id and log. */
    public static String nodeId(int number) {
        return "node-" + number;
    }

    /** Starts cache-node {@code number}: anew after it was killed, or as a second one of the same name. */
    public Program startNode(int number) {
        var address = "127.0.10." + (number + 1);
        return Program.start(
                root,
                "cache-node",
                List.of(
                        "--resp-port",
                        "0",
                        "--http-port",
                        "0",
                        "--listen-address",
                        address,
                        "--advertised-address",
                        address,
                        "--host-size",
                        hostSize,
                        "--kafka",
                        broker.address(),
                        "--pool",
                        POOL,
                        "--node-id",
                        nodeId(number),
                        "--model",
                        "name=" + DemoOptions.MODEL + ",chunk-tokens=512,scheme=lmcache-blake3"),
                work.resolve(nodeId(number) + ".log"));
    }

    /** Puts {@code program} in the place of node {@code number}. */
    public void replaceNode(int number, Program program) {
        nodes.set(number, program);
    }

    public EmbeddedBroker broker() {
        return broker;
    }

    public List<Program> nodes() {
        return List.copyOf(nodes);
    }

    public HostAndPort resp(int number) {
        return HostAndPort.from(nodes.get(number).address("resp"));
    }

    /** A fresh router over {@code engines}, engine i beside node i. */
    public Program startRouter(String policy, List<EngineStandIn> engines) {
        var flags = new ArrayList<>(List.of(
                "--http-port",
                "0",
                "--listen-address",
                "127.0.0.1",
                "--kafka",
                broker.address(),
                "--pool",
                POOL,
                "--policy",
                policy));
        for (int number = 0; number < engines.size(); number++) {
            flags.add("--endpoint");
            flags.add("engine-" + number + "=" + engines.get(number).url() + "@" + nodeId(number));
        }
        return Program.start(root, "router", flags, work.resolve("router-" + policy + ".log"));
    }

    /** One engine stand-in a node, each beside its own. */
    public List<EngineStandIn> startEngines(
            EngineSettings settings, EngineCounters counters, List<HostAndPort> caches) {
        return caches.stream()
                .map(cache -> new EngineStandIn(settings, cache, counters))
                .toList();
    }

    /**
     * Fills every node with {@code bytes} and empties it again. The kernel gives memory when it is first written, which
     * takes longer than the write; whoever comes first would pay for all who follow.
     */
    void fillAll(long bytes, int valueBytes) {
        var value = new byte[valueBytes];
        IntStream.range(0, nodes.size()).parallel().forEach(number -> {
            try (var jedis = new Jedis(resp(number))) {
                for (long at = 0; at < bytes; at += valueBytes) {
                    jedis.set(("fill-" + at).getBytes(StandardCharsets.UTF_8), value);
                }
            }
        });
        flushAll();
    }

    /** Empties every node. */
    public void flushAll() {
        for (int number = 0; number < nodes.size(); number++) {
            try (var jedis = new Jedis(resp(number))) {
                jedis.flushAll();
            }
        }
    }

    /**
     * Waits until {@code condition} holds.
     *
     * @throws IllegalStateException naming {@code what} if it does not within a minute
     */
    static void await(String what, BooleanSupplier condition) throws InterruptedException {
        var deadline = System.nanoTime() + WAIT_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("waited a minute in vain until " + what);
            }
            Thread.sleep(20);
        }
    }

    @Override
    public void close() {
        nodes.parallelStream().forEach(Program::close);
        broker.close();
    }
}
