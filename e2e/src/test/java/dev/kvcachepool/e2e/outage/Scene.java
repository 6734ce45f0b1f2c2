package dev.kvcachepool.e2e.outage;

import dev.kvcachepool.e2e.Fixture;
import dev.kvcachepool.e2e.broker.EmbeddedBroker;
import dev.kvcachepool.e2e.process.Program;
import dev.kvcachepool.prefixadvert.kafka.KafkaClients;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.ScanParams;

/**
 * A broker in this process, cache-nodes and a router as processes of their own. Each node has an endpoint beside it, named
 * after it.
 */
final class Scene implements AutoCloseable {
    static final int VALUE_BYTES = 16 << 10;
    private static final Map<String, String> BROKER = Map.of(
            "log.cleaner.backoff.ms",
            "500",
            // A broker that comes back is let in once its earlier session is over.
            "broker.session.timeout.ms",
            "4000",
            "broker.heartbeat.interval.ms",
            "500");
    private static final AtomicInteger POOLS = new AtomicInteger();

    private final String pool = "outage/pool-" + POOLS.incrementAndGet();
    private final AdvertTopics topics = AdvertTopics.ofPool(pool);
    private Path brokerFolder = Fixture.work("outage-kafka");
    private EmbeddedBroker broker;
    private final List<String> nodeFlags;
    private final List<String> routerFlags = new ArrayList<>();
    private final Map<String, Program> nodes = new TreeMap<>();
    private final Map<String, HostAndPort> addresses = new ConcurrentHashMap<>();
    private Program router;
    private RouterView view;

    /** Starts all of it and waits until it serves. */
    Scene(List<String> nodes, List<String> nodeFlags, List<String> routerFlags) {
        this.broker = new EmbeddedBroker(brokerFolder, BROKER);
        broker.start();
        this.nodeFlags = nodeFlags;
        nodes.forEach(this::startNode);
        this.routerFlags.addAll(List.of("--http-port", "0", "--listen-address", "127.0.0.1"));
        this.routerFlags.addAll(List.of("--kafka", broker.address(), "--pool", pool));
        nodes.forEach(node -> this.routerFlags.addAll(List.of("--endpoint", node + "=http://127.0.0.1:9@" + node)));
        this.routerFlags.addAll(routerFlags);
        this.router = startRouter();
        nodes.forEach(this::awaitNode);
        this.view = new RouterView(router.address("http"));
    }

    AdvertTopics topics() {
        return topics;
    }

    EmbeddedBroker broker() {
        return broker;
    }

    /** Another broker at the same address, which knows nothing. */
    void emptyBroker() {
        broker.stop();
        brokerFolder = Fixture.work("outage-kafka");
        broker = new EmbeddedBroker(brokerFolder, broker.address(), BROKER);
        broker.start();
    }

    Path brokerFolder() {
        return brokerFolder;
    }

    KafkaClients kafka() {
        return KafkaClients.of(broker.address());
    }

    Admin admin() {
        return kafka().admin();
    }

    RouterView router() {
        return view;
    }

    Program routerProcess() {
        return router;
    }

    Program node(String name) {
        return nodes.get(name);
    }

    Set<String> nodes() {
        return nodes.keySet();
    }

    private void startNode(String name) {
        nodes.put(name, launchNode(name));
    }

    /** Starts a process of that node's name, which is not yet the one that clients use. */
    Program launchNode(String name) {
        var flags = new ArrayList<>(List.of("--resp-port", "0", "--http-port", "0", "--listen-address", "127.0.0.1"));
        flags.addAll(List.of("--advertised-address", "127.0.0.1", "--node-id", name, "--read-lease", "1s"));
        flags.addAll(List.of("--model", "name=" + Chunk.MODEL + ",chunk-tokens=256,scheme=" + Chunk.SCHEME));
        flags.addAll(List.of("--kafka", broker.address(), "--pool", pool));
        flags.addAll(nodeFlags);
        return Program.start(
                Fixture.ROOT,
                "cache-node",
                flags,
                Fixture.work("outage-" + name).resolve("log"));
    }

    private void awaitNode(String name) {
        addresses.put(name, HostAndPort.from(nodes.get(name).address("resp")));
    }

    /** Puts a process in the place of a node's: its clients find it when they connect next. */
    void replaceNode(String name, Program successor) {
        nodes.put(name, successor);
        awaitNode(name);
    }

    private Program startRouter() {
        return Program.start(
                Fixture.ROOT,
                "router",
                routerFlags,
                Fixture.work("outage-router").resolve("log"));
    }

    /** Ends the router as a power cut would, and starts another one. */
    void restartRouter() {
        router.kill();
        router = startRouter();
        view = new RouterView(router.address("http"));
    }

    /** Starts clients of all nodes. */
    Traffic traffic() {
        return new Traffic(
                nodes.keySet().stream()
                        .<Supplier<HostAndPort>>map(name -> () -> addresses.get(name))
                        .toList(),
                VALUE_BYTES);
    }

    /** The keys that a node lists: its own, in a Pooled pool those of all nodes. */
    List<Chunk> keys(String name) {
        var keys = new ArrayList<Chunk>();
        try (var jedis = jedis(name)) {
            var cursor = ScanParams.SCAN_POINTER_START_BINARY;
            do {
                var page = jedis.scan(cursor, new ScanParams().count(1_000));
                page.getResult().forEach(key -> keys.add(Chunk.ofKey(key)));
                cursor = page.getCursorAsBytes();
            } while (!new String(cursor, StandardCharsets.US_ASCII).equals("0"));
        }
        return keys;
    }

    /** Each node's incarnation, as the router knows it. */
    Map<String, Long> incarnations() {
        return nodes.keySet().stream()
                .collect(Collectors.toMap(
                        Function.identity(),
                        node -> view.holder(node).path("incarnation").asLong()));
    }

    /** Whether every node has begun another life since. */
    boolean isLaterThan(Map<String, Long> before) {
        return incarnations().entrySet().stream().allMatch(now -> now.getValue() > before.get(now.getKey()));
    }

    /** A metric without labels, as a program shows it. */
    double metric(Program program, String name) {
        return new RouterView(program.address("http"))
                .text("/metrics")
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no metric " + name));
    }

    Jedis jedis(String name) {
        return new Jedis(
                addresses.get(name),
                DefaultJedisClientConfig.builder().socketTimeoutMillis(30_000).build());
    }

    @Override
    public void close() {
        nodes.values().forEach(Program::kill);
        router.kill();
        broker.close();
    }
}
