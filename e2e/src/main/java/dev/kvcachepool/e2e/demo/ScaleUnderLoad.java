package dev.kvcachepool.e2e.demo;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.e2e.engine.BlockBytes;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A Pooled pool that is scaled while clients write and read. Each client owns its keys and knows the newest version of
 * each: what it reads is that version or nothing, as a cache may forget and never lie.
 */
final class ScaleUnderLoad {
    private static final String NAME = "shared";
    private static final int CLIENTS = 4;
    private static final int KEYS = 64;
    private static final int VALUE_BYTES = 64 << 10;
    private static final long SEED = 20_261_124;

    private final DemoKubernetes kubernetes;
    private final PrintStream out;
    private final LongAdder reads = new LongAdder();
    private final LongAdder hits = new LongAdder();
    private final LongAdder writes = new LongAdder();
    private final LongAdder broken = new LongAdder();
    private final LongAdder wrong = new LongAdder();
    private volatile boolean running = true;

    ScaleUnderLoad(DemoKubernetes kubernetes, PrintStream out) {
        this.kubernetes = kubernetes;
        this.out = out;
    }

    /** Values that were not what was written last: 0, or the pool lies. */
    long run() throws InterruptedException {
        kubernetes.manifests().applyExample("demo-pooled.yaml");
        awaitNodes(2);
        var threads = new ArrayList<Thread>();
        for (int number = 0; number < CLIENTS; number++) {
            var client = new Client(number);
            threads.add(Thread.ofPlatform().name("client-" + number).start(client));
        }
        try {
            for (var replicas : List.of(3, 2)) {
                awaitReads();
                kubernetes
                        .client()
                        .resources(KVCachePool.class)
                        .inNamespace(DemoKubernetes.NAMESPACE)
                        .withName(NAME)
                        .scale(replicas);
                awaitNodes(replicas);
            }
            awaitReads();
        } finally {
            running = false;
            for (var thread : threads) {
                thread.join();
            }
        }
        out.printf(
                "scaled a Pooled pool 2 -> 3 -> 2 under load: %d writes, %d reads, %.1f %% hits, %d connections broken, %d"
                        + " wrong values (seed %d)%n",
                writes.sum(),
                reads.sum(),
                100.0 * hits.sum() / Math.max(1, reads.sum()),
                broken.sum(),
                wrong.sum(),
                SEED);
        return wrong.sum();
    }

    private void awaitNodes(int replicas) throws InterruptedException {
        kubernetes.await(replicas + " nodes of the Pooled pool serve", () -> {
            var status = kubernetes.pool(NAME).getStatus();
            var ready = status == null ? null : status.readyReplicas();
            return kubernetes.is(NAME, "Ready") && ready != null && ready == replicas && pods() == replicas;
        });
    }

    private long pods() {
        return kubernetes.pods(DemoKubernetes.NAMESPACE).stream()
                .filter(pod -> NAME.equals(pod.getMetadata().getLabels().get("app.kubernetes.io/instance")))
                .count();
    }

    /** Until the clients have read each of their keys several times more. */
    private void awaitReads() throws InterruptedException {
        var enough = reads.sum() + 8L * CLIENTS * KEYS;
        kubernetes.await("the clients have read on", () -> reads.sum() >= enough);
    }

    /** Reads and writes its own keys through whichever node the Service gives it. */
    private final class Client implements Runnable {
        private final RandomGenerator random =
                RandomGeneratorFactory.getDefault().create(SEED);
        private final Map<Integer, Integer> newest = new HashMap<>();
        private final int number;
        private @Nullable Jedis connection;

        Client(int number) {
            this.number = number;
        }

        @Override
        public void run() {
            while (running) {
                var key = random.nextInt(KEYS);
                try {
                    step(open(), key);
                } catch (JedisException e) {
                    broken.increment();
                    close();
                    // Whether a write that got no answer was done is not known: the key starts anew.
                    newest.merge(key, 1, Integer::sum);
                }
            }
            close();
        }

        private Jedis open() {
            var open = connection;
            if (open == null) {
                open = new Jedis(
                        kubernetes.redis(NAME, DemoKubernetes.nodeName(number)),
                        // Says who it is: a client that only reads and writes is taken for LMCache's own.
                        DefaultJedisClientConfig.builder().build());
                connection = open;
            }
            return open;
        }

        private void close() {
            if (connection != null) {
                connection.close();
                connection = null;
            }
        }

        private void step(Jedis jedis, int key) {
            if (random.nextInt(4) == 0) {
                var version = newest.merge(key, 1, Integer::sum);
                jedis.set(name(key), BlockBytes.make(hash(key, version), VALUE_BYTES));
                writes.increment();
                return;
            }
            var value = jedis.get(name(key));
            reads.increment();
            if (value != null) {
                hits.increment();
                var version = newest.getOrDefault(key, 0);
                if (BlockBytes.wrong(hash(key, version), value, VALUE_BYTES) != 0) {
                    wrong.increment();
                }
            }
        }

        /** As LMCache names a chunk. */
        private byte[] name(int key) {
            return (DemoOptions.MODEL + "@01000100@0@" + HexFormat.of().formatHex(hash(key, 0)))
                    .getBytes(StandardCharsets.UTF_8);
        }

        /** What a version's bytes are made from. */
        private byte[] hash(int key, int version) {
            try {
                return MessageDigest.getInstance("SHA-256")
                        .digest(ByteBuffer.allocate(12)
                                .putInt(number)
                                .putInt(key)
                                .putInt(version)
                                .array());
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
