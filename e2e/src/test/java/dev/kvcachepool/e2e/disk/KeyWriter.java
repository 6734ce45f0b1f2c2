package dev.kvcachepool.e2e.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvcachepool.e2e.Fixture;
import dev.kvcachepool.e2e.process.Program;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/** Writes, overwrites and removes keys that nobody else touches, and knows what each may hold. Confined to a thread at a time. */
final class KeyWriter {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int KEYS = 180;
    private static final int MOST_BYTES = 256 << 10;

    private final int number;
    private final Random random;
    /** Version that was acknowledged last; 0 for none. */
    private final int[] acknowledged = new int[KEYS];
    /** Version that a write was begun with and whose outcome is unknown; −1 for none, 0 for a removal. */
    private final int[] begun = new int[KEYS];

    private int lastVersion;
    private final AtomicLong writes = new AtomicLong();

    KeyWriter(int number, Random random) {
        this.number = number;
        this.random = random;
        Arrays.fill(begun, -1);
    }

    /** Writes that were acknowledged. */
    long acknowledged() {
        return writes.get();
    }

    /** Lets all write side by side, and kills their node once it has answered some more of them. */
    static void writeUntilKilled(Program node, List<KeyWriter> writers, long writes) throws Exception {
        long before = sum(writers);
        try (var threads = Executors.newFixedThreadPool(writers.size())) {
            for (var writer : writers) {
                threads.execute(() -> writer.writeUntilBroken(Fixture.jedis(node)));
            }
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> sum(writers) >= before + writes);
            node.kill();
        }
    }

    private static long sum(List<KeyWriter> writers) {
        return writers.stream().mapToLong(KeyWriter::acknowledged).sum();
    }

    private void writeUntilBroken(Jedis connection) {
        try (connection) {
            while (true) {
                write(connection, random.nextInt(KEYS));
            }
        } catch (JedisException e) {
            // Killed, as it was to be.
        }
    }

    private void write(Jedis connection, int key) {
        boolean removes = random.nextInt(10) == 0;
        int version = removes ? 0 : ++lastVersion;
        begun[key] = version;
        if (removes) {
            connection.del(name(key));
        } else {
            assertThat(connection.set(name(key), content(key, version))).isEqualTo("OK");
        }
        acknowledged[key] = version;
        begun[key] = -1;
        writes.incrementAndGet();
    }

    /** Reads all keys; how many have a value, which is one that they may have. */
    long check(Jedis connection) {
        long found = 0;
        for (int key = 0; key < KEYS; key++) {
            var value = connection.get(name(key));
            if (value == null) {
                acknowledged[key] = 0;
            } else {
                assertThat(isAllowed(key, value))
                        .as(
                                "key %d of writer %d: acknowledged %d, begun %d",
                                key, number, acknowledged[key], begun[key])
                        .isTrue();
                found++;
            }
            begun[key] = -1;
        }
        return found;
    }

    private boolean isAllowed(int key, byte[] value) {
        if (begun[key] > 0 && Arrays.equals(value, content(key, begun[key]))) {
            acknowledged[key] = begun[key];
            return true;
        }
        return acknowledged[key] > 0 && Arrays.equals(value, content(key, acknowledged[key]));
    }

    private byte[] name(int key) {
        return "writer-%d-key-%d".formatted(number, key).getBytes(StandardCharsets.UTF_8);
    }

    private byte[] content(int key, int version) {
        var content = new byte[1 + (key * 7001 + version * 31_337) % MOST_BYTES];
        new Random(((long) number << 48) + ((long) key << 32) + version).nextBytes(content);
        return content;
    }
}
