package dev.kvcachepool.e2e;

import dev.kvcachepool.e2e.broker.EmbeddedBroker;
import dev.kvcachepool.e2e.process.Program;
import dev.kvcachepool.prefixadvert.index.FlatPrefixIndex;
import dev.kvcachepool.prefixadvert.kafka.AdvertReader;
import dev.kvcachepool.prefixadvert.kafka.KafkaClients;
import dev.kvcachepool.prefixadvert.kafka.TopicSettings;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;

/** What integration tests share: the project's folder, one broker a run, a pool's name a test, programs as processes. */
public final class Fixture {
    public static final Path ROOT =
            Path.of(System.getProperty("kvp.root", "..")).toAbsolutePath().normalize();
    static final String MODEL = "test-8b";
    static final String MODEL_FLAG = "name=" + MODEL + ",chunk-tokens=512,scheme=lmcache-blake3";
    private static final AtomicInteger POOLS = new AtomicInteger();

    private Fixture() {}

    /** The broker of this run; tests that stop it bring their own. */
    public static EmbeddedBroker broker() {
        return SharedBroker.INSTANCE;
    }

    private static final class SharedBroker {
        static final EmbeddedBroker INSTANCE = start();

        private static EmbeddedBroker start() {
            var broker = newBroker(Map.of());
            Runtime.getRuntime().addShutdownHook(new Thread(broker::close));
            return broker;
        }
    }

    /** A started broker of the caller's own. */
    public static EmbeddedBroker newBroker(Map<String, String> overrides) {
        var broker = new EmbeddedBroker(work("kafka"), overrides);
        broker.start();
        return broker;
    }

    /** A pool that no other test uses. */
    public static String newPool() {
        return "test/pool-" + POOLS.incrementAndGet();
    }

    public static Path work(String name) {
        try {
            return Files.createTempDirectory("kvcachepool-" + name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a cache-node on free ports of loopback; {@code extra} flags come last. */
    public static Program cacheNode(String id, String... extra) {
        var flags = new ArrayList<>(List.of(
                "--resp-port", "0",
                "--http-port", "0",
                "--listen-address", "127.0.0.1",
                "--advertised-address", "127.0.0.1",
                "--node-id", id,
                "--model", MODEL_FLAG));
        flags.addAll(List.of(extra));
        return Program.start(ROOT, "cache-node", flags, work(id).resolve("log"));
    }

    public static Program router(String... flags) {
        var all = new ArrayList<>(List.of("--http-port", "0", "--listen-address", "127.0.0.1"));
        all.addAll(List.of(flags));
        return Program.start(ROOT, "router", all, work("router").resolve("log"));
    }

    public static Jedis jedis(Program node) {
        return new Jedis(
                HostAndPort.from(node.address("resp")),
                DefaultJedisClientConfig.builder().socketTimeoutMillis(30_000).build());
    }

    /** A started reader of the pool's tables, the test's own witness. */
    static AdvertReader reader(EmbeddedBroker broker, String pool) {
        var reader = new AdvertReader(
                KafkaClients.of(broker.address()),
                AdvertTopics.ofPool(pool),
                TopicSettings.withPartitions(TopicSettings.DEFAULT_PARTITIONS),
                FlatPrefixIndex::new,
                InstantSource.system());
        reader.start();
        return reader;
    }
}
