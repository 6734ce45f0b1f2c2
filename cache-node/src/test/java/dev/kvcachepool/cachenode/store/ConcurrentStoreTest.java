package dev.kvcachepool.cachenode.store;

import static dev.kvcachepool.cachenode.store.StoreFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Test;

/**
 * Many threads on few keys. A value says in every eight bytes which key it belongs to and in which version it was
 * written; versions of a key are written in rising order by one thread, so that a reader can tell a mix from a value and
 * a stale value from a fresh one.
 */
class ConcurrentStoreTest {
    private static final int WRITERS = 3;
    private static final int READERS = 3;
    private static final int KEYS_A_WRITER = 8;
    private static final int STEPS = 1_500;

    @Test
    void aValueIsNeverAMixAndNeverOlderThanWhatWasStoredBefore() throws Exception {
        long seed = System.nanoTime();
        System.out.println("ConcurrentStoreTest seed " + seed);
        try (var fixture = new StoreFixture(16);
                var threads = Executors.newFixedThreadPool(WRITERS + READERS)) {
            // Given
            var stored = new AtomicLongArray(WRITERS * KEYS_A_WRITER);
            var work = new ArrayList<Callable<String>>();
            for (int writer = 0; writer < WRITERS; writer++) {
                int first = writer * KEYS_A_WRITER;
                var random = new Random(seed + writer);
                work.add(() -> write(fixture, stored, first, random));
            }
            for (int reader = 0; reader < READERS; reader++) {
                var random = new Random(seed - reader);
                work.add(() -> read(fixture, stored, random));
            }
            // When
            var outcomes = threads.invokeAll(work);
            // Then
            for (var outcome : outcomes) {
                assertThat(outcome.get()).isEqualTo("fine");
            }
            fixture.store.clear();
            assertThat(fixture.arena.usedBytes()).isZero();
            assertThat(fixture.store.tier().inFlightBytes()).isZero();
            assertThat(fixture.store.tier().indexBytes()).isZero();
        }
    }

    private static String write(StoreFixture fixture, AtomicLongArray stored, int first, Random random) {
        for (int step = 1; step <= STEPS; step++) {
            int key = first + random.nextInt(KEYS_A_WRITER);
            long version = stored.get(key) + 1;
            if (random.nextInt(10) == 0) {
                fixture.store.delete(bytes("k" + key));
            } else {
                fixture.put("k" + key, content(key, version, 8 * (1 + random.nextInt(64 << 10))), PutOptions.PLAIN);
                stored.set(key, version);
            }
        }
        return "fine";
    }

    private static String read(StoreFixture fixture, AtomicLongArray stored, Random random) {
        for (int step = 0; step < STEPS; step++) {
            int key = random.nextInt(stored.length());
            long atLeast = stored.get(key);
            if (random.nextInt(4) == 0) {
                fixture.store.exists(bytes("k" + key));
            }
            var content = fixture.get("k" + key);
            if (content == null) {
                continue;
            }
            var longs = ByteBuffer.wrap(content).asLongBuffer();
            long found = longs.get(0);
            for (int i = 1; i < longs.limit(); i++) {
                if (longs.get(i) != found) {
                    return "a mix";
                }
            }
            if (found >>> 32 != key || (found & 0xffffffffL) < atLeast) {
                return "key %d version %d in k%d, at least %d"
                        .formatted(found >>> 32, found & 0xffffffffL, key, atLeast);
            }
        }
        return "fine";
    }

    private static byte[] content(int key, long version, int size) {
        var buffer = ByteBuffer.allocate(size);
        while (buffer.hasRemaining()) {
            buffer.putLong((long) key << 32 | version);
        }
        return buffer.array();
    }
}
