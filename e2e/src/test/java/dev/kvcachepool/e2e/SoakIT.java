package dev.kvcachepool.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.e2e.process.Program;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** Ten minutes at the limit: four times what there is room for, in sizes that change all the time; no wrong byte, and no growth. */
class SoakIT {
    private static final Duration LENGTH = Duration.ofMinutes(Long.getLong("kvp.soak.minutes", 10));
    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final long HOST_MIB = 512;
    private static final int CLIENTS = 4;
    private static final int LARGEST = 8 << 20;
    /** Of 4 MiB on average: four times the limit in all. */
    private static final int KEYS_EACH = 128;
    /** By how much the last third's resident memory may exceed the second's: the pages' own noise. */
    private static final double FLAT = 1.02;

    private final AtomicLong puts = new AtomicLong();
    private final AtomicLong right = new AtomicLong();
    private final AtomicLong misses = new AtomicLong();

    @Test
    @Tag("long")
    void staysRightAndFlat() throws Exception {
        long seed = System.nanoTime();
        System.out.println("SoakIT seed " + seed);
        // Given
        try (var node = Fixture.cacheNode("soak", "--host-size", HOST_MIB + "Mi");
                var threads = Executors.newFixedThreadPool(CLIENTS)) {
            node.await();
            var end = new CountDownLatch(1);
            List<Future<Boolean>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(threads.submit(client(node, i, new Random(seed + i), end)));
            }
            // When
            var resident = watch(node, end);
            for (var client : clients) {
                assertThat(client.get()).isTrue();
            }
            // Then
            int third = resident.size() / 3;
            long second = most(resident.subList(third, 2 * third));
            long last = most(resident.subList(2 * third, resident.size()));
            System.out.printf(
                    "RESULT soak of %d min: %d puts, %d reads right, %d misses, 0 wrong; resident %d MiB, then %d MiB%n",
                    LENGTH.toMinutes(), puts.get(), right.get(), misses.get(), second >> 20, last >> 20);
            assertThat((double) last).isLessThanOrEqualTo(second * FLAT);
            assertThat(right.get()).isPositive();
            assertThat(misses.get()).as("values that were evicted").isPositive();
        }
    }

    private static long most(List<Long> sizes) {
        return sizes.stream().mapToLong(Long::longValue).max().orElseThrow();
    }

    /** Resident bytes, looked at until the time is over; ends the clients then. */
    private static List<Long> watch(Program node, CountDownLatch end) throws IOException, InterruptedException {
        var resident = new ArrayList<Long>();
        try {
            long until = System.nanoTime() + LENGTH.toNanos();
            while (System.nanoTime() < until && !end.await(LOOK.toSeconds(), TimeUnit.SECONDS)) {
                resident.add(residentBytes(node.pid()));
            }
        } finally {
            end.countDown();
        }
        return resident;
    }

    private static long residentBytes(long pid) throws IOException {
        for (var line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) << 10;
            }
        }
        throw new IOException("process " + pid + " has no VmRSS");
    }

    private Callable<Boolean> client(Program node, int number, Random random, CountDownLatch end) {
        return () -> {
            var versions = new int[KEYS_EACH];
            try (var jedis = Fixture.jedis(node)) {
                for (int version = 1; end.getCount() > 0; version++) {
                    int key = random.nextInt(KEYS_EACH);
                    versions[key] = version;
                    jedis.set(name(number, key), content(number, key, version));
                    puts.incrementAndGet();
                    int other = random.nextInt(KEYS_EACH);
                    check(jedis, number, other, versions[other]);
                }
            } finally {
                end.countDown();
            }
            return true;
        };
    }

    private void check(Jedis jedis, int number, int key, int version) {
        var found = jedis.get(name(number, key));
        if (found == null) {
            misses.incrementAndGet();
            return;
        }
        assertThat(version).as("key %d of client %d", key, number).isPositive();
        assertThat(ByteBuffer.wrap(found))
                .as("key %d of client %d, version %d", key, number, version)
                .isEqualTo(ByteBuffer.wrap(content(number, key, version)));
        right.incrementAndGet();
    }

    private static byte[] name(int number, int key) {
        return "soak-%d-%d".formatted(number, key).getBytes(StandardCharsets.UTF_8);
    }

    /** Every word of it depends on whose it is, on the version, and on where it lies. */
    private static byte[] content(int number, int key, int version) {
        int mixed = (number * 31 + key) * 1_000_003 + version * 7919;
        var content = ByteBuffer.allocate((256 << 10) + Math.floorMod(mixed, LARGEST - (256 << 10)) / 8 * 8);
        long word = mixed * 0x9E37_79B9_7F4A_7C15L;
        while (content.hasRemaining()) {
            content.putLong(word++);
        }
        return content.array();
    }
}
