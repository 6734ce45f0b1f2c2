package dev.kvcachepool.cachenode.store;

import static dev.kvcachepool.cachenode.store.DiskFixture.MIB;
import static dev.kvcachepool.cachenode.store.StoreFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A store with a disk against an oracle that knows every value, over several lives: memory and disk are both far too
 * small, so that values leave, come back, move and are given up all the time. A read may find nothing; it never finds
 * anything but the last value that was stored.
 */
class DiskOracleTest {
    private static final int LIVES = 5;
    private static final int THREADS = 4;
    private static final int KEYS = 24;
    private static final int OPERATIONS = 250;

    @TempDir
    private Path folder;

    private final AtomicLong right = new AtomicLong();
    private final AtomicLong misses = new AtomicLong();

    @Test
    void neverAnythingButTheLastValue() throws Exception {
        neverAnythingButTheLastValue(null);
    }

    @Test
    void neverAnythingButTheLastValueWhereMemoryOutlivesTheProcess() throws Exception {
        neverAnythingButTheLastValue(folder.resolve("memory"));
    }

    private void neverAnythingButTheLastValue(@Nullable Path memory) throws Exception {
        long seed = System.nanoTime();
        System.out.println("DiskOracleTest seed " + seed);
        var writers = new ArrayList<Writer>();
        for (int i = 0; i < THREADS; i++) {
            writers.add(new Writer(i, new Random(seed + i)));
        }
        try (var fixture = new DiskFixture(folder.resolve("disk"), 16, 64L * MIB, 64L * MIB, log -> log, memory);
                var threads = Executors.newFixedThreadPool(THREADS)) {
            for (int life = 0; life < LIVES; life++) {
                // When
                List<Callable<Boolean>> runs = new ArrayList<>();
                writers.forEach(writer -> runs.add(() -> writer.run(fixture)));
                // Then
                for (var run : threads.invokeAll(runs)) {
                    assertThat(run.get()).isTrue();
                }
                fixture.dieAndComeBack();
            }
            for (var writer : writers) {
                writer.checkAll(fixture);
            }
        }
        System.out.printf("RESULT %d lives, %d reads right, %d misses, 0 wrong%n", LIVES, right.get(), misses.get());
        assertThat(right.get()).isPositive();
    }

    /** Owns its keys: nobody else writes them, so it knows their values. */
    private final class Writer {
        private final int number;
        private final Random random;
        /** Version of the last value stored, 0 for none. */
        private final int[] versions = new int[KEYS];

        private int lastVersion;

        Writer(int number, Random random) {
            this.number = number;
            this.random = random;
        }

        boolean run(DiskFixture fixture) {
            for (int i = 0; i < OPERATIONS; i++) {
                int key = random.nextInt(KEYS);
                switch (random.nextInt(10)) {
                    case 0 -> {
                        fixture.store.delete(name(key));
                        versions[key] = 0;
                    }
                    case 1 -> fixture.store.exists(name(key));
                    case 2, 3, 4 -> {
                        versions[key] = ++lastVersion;
                        fixture.put("%d-%d".formatted(number, key), content(key, versions[key]));
                    }
                    default -> check(fixture, key);
                }
            }
            return true;
        }

        void checkAll(DiskFixture fixture) {
            for (int key = 0; key < KEYS; key++) {
                check(fixture, key);
            }
        }

        private void check(DiskFixture fixture, int key) {
            var found = fixture.get("%d-%d".formatted(number, key));
            if (found == null) {
                misses.incrementAndGet();
                return;
            }
            assertThat(versions[key])
                    .as("key %d of %d was removed", key, number)
                    .isPositive();
            assertThat(Arrays.equals(found, content(key, versions[key])))
                    .as("key %d of %d has version %d", key, number, versions[key])
                    .isTrue();
            right.incrementAndGet();
        }

        private byte[] name(int key) {
            return bytes("%d-%d".formatted(number, key));
        }

        private byte[] content(int key, int version) {
            int size = 1 + (key * 40_009 + version * 7919) % MIB;
            var content = new byte[size];
            new Random(((long) number << 40) + ((long) key << 24) + version).nextBytes(content);
            return content;
        }
    }
}
