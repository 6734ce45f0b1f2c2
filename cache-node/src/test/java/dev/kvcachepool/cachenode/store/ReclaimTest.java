package dev.kvcachepool.cachenode.store;

import static dev.kvcachepool.cachenode.store.DiskFixture.MIB;
import static dev.kvcachepool.cachenode.store.DiskStoreTest.content;
import static dev.kvcachepool.cachenode.store.StoreFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Room on disk that nobody needs any more. */
class ReclaimTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    @Test
    void aSegmentThatLostItsLastValueGoesAtOnce() throws Exception {
        try (var fixture = new DiskFixture(folder, 8, 256L * MIB)) {
            // Given segments of 16 MiB
            for (int i = 0; i < 40; i++) {
                fixture.putThrough("k" + i, content(i, MIB));
            }
            long before = fixture.disk().usedBytes();
            // When
            for (int i = 0; i < 20; i++) {
                fixture.store.delete(bytes("k" + i));
            }
            // Then
            await().atMost(PATIENCE).until(() -> fixture.disk().usedBytes() <= before - 15L * MIB);
            assertThat(fixture.get("k30")).isEqualTo(content(30, MIB));
        }
    }

    @Test
    void readersMissNothingWhileSparseSegmentsAreEmptied() throws Exception {
        long seed = System.nanoTime();
        System.out.println("ReclaimTest seed " + seed);
        try (var fixture = new DiskFixture(folder, 8, 64L * MIB);
                var threads = Executors.newSingleThreadExecutor()) {
            // Given a segment's worth of values that come and go, for each one that is kept
            var done = new AtomicBoolean();
            var kept = new AtomicInteger();
            Callable<Integer> reader = () -> readUntil(done, fixture, kept, new Random(seed));
            fixture.putThrough("kept0", content(0, MIB / 4));
            var reads = threads.submit(reader);
            // When
            try {
                for (int i = 1; i < 400; i++) {
                    fixture.putThrough("k" + i % 10, content(i, MIB / 2));
                    if (i % 8 == 0) {
                        fixture.putThrough("kept" + i / 8, content(i / 8, MIB / 4));
                        kept.set(i / 8);
                    }
                }
            } finally {
                done.set(true);
            }
            // Then
            assertThat(reads.get()).isPositive();
            System.out.printf(
                    "RESULT %d reads right beside %d segments emptied, %d values moved%n",
                    reads.get(),
                    fixture.disk().counters().compacted(),
                    fixture.disk().counters().moved());
            assertThat(fixture.disk().counters().compacted()).isPositive();
            assertThat(fixture.disk().usedBytes()).isLessThanOrEqualTo(64L * MIB);
        }
    }

    /** A value is missed only once one was given up: where writing is so much faster than moving that there is no room left. */
    private static int readUntil(AtomicBoolean done, DiskFixture fixture, AtomicInteger kept, Random random) {
        int right = 0;
        while (!done.get()) {
            int number = random.nextInt(kept.get() + 1);
            var found = fixture.get("kept" + number);
            if (found == null && fixture.disk().counters().givenUp() > 0) {
                continue;
            }
            assertThat(Arrays.equals(found, content(number, MIB / 4)))
                    .as(() -> "value of kept%d; given up %d, lost %d, found no memory %d, emptied %d"
                            .formatted(
                                    number,
                                    fixture.disk().counters().givenUp(),
                                    fixture.disk().counters().lost(),
                                    fixture.disk().counters().noMemory(),
                                    fixture.disk().counters().compacted()))
                    .isTrue();
            right++;
        }
        return right;
    }
}
