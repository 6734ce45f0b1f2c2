package dev.kvcachepool.cachenode.disk;

import static dev.kvcachepool.cachenode.disk.LogFixture.MIB;
import static dev.kvcachepool.cachenode.disk.LogFixture.content;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.cachenode.folder.LockedFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readers and erasers beside a writer that drops segments under them, on a real disk: a read is right, or nothing. */
class ConcurrentLogTest {
    private static final int READERS = 3;
    private static final int RECORDS = 600;

    @TempDir
    private Path folder;

    private final ConcurrentHashMap<Integer, Place> places = new ConcurrentHashMap<>();
    private final AtomicLong right = new AtomicLong();
    private volatile boolean done;

    @Test
    void everyReadIsRightOrNothing() throws Exception {
        long seed = System.nanoTime();
        System.out.println("ConcurrentLogTest seed " + seed);
        try (var fixture = new LogFixture(new LocalFiles(LockedFolder.take(folder)), 16L * MIB);
                var threads = Executors.newFixedThreadPool(READERS)) {
            List<Future<Boolean>> readers = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                var random = new Random(seed + i);
                Callable<Boolean> reader = () -> read(fixture, random);
                readers.add(threads.submit(reader));
            }
            // When
            try {
                write(fixture);
            } finally {
                done = true;
            }
            // Then
            assertAllEndWell(readers);
            System.out.printf("RESULT %d reads right, direct I/O %s%n", right.get(), fixture.log.direct());
            assertThat(fixture.log.counters().readErrors()).isZero();
            assertThat(fixture.log.counters().corrupt()).isZero();
        }
    }

    private static void assertAllEndWell(List<Future<Boolean>> readers)
            throws InterruptedException, ExecutionException {
        for (var reader : readers) {
            assertThat(reader.get()).isTrue();
        }
    }

    private static int size(int number) {
        return 1 + number * 7919 % (256 << 10);
    }

    private void write(LogFixture fixture) {
        for (int number = 0; number < RECORDS; number++) {
            var place = fixture.append("k" + number, content(number, size(number)));
            while (place == null && fixture.log.full()) {
                fixture.log.drop(fixture.log.oldestSegment().orElseThrow());
                place = fixture.append("k" + number, content(number, size(number)));
            }
            assertThat(place).as("place of %d", number).isNotNull();
            places.put(number, place);
            if (number % 5 == 0) {
                var erased = places.remove(number - number % 3);
                assertThat(erased == null || fixture.log.erase(erased)).isTrue();
            }
        }
    }

    private boolean read(LogFixture fixture, Random random) {
        while (!done) {
            int number = random.nextInt(RECORDS);
            var place = places.get(number);
            var found = place == null ? null : fixture.read("k" + number, place);
            if (found != null) {
                if (!Arrays.equals(found, content(number, size(number)))) {
                    return false;
                }
                right.incrementAndGet();
            }
        }
        return true;
    }
}
