package dev.kvcachepool.cachenode.disk;

import static dev.kvcachepool.cachenode.disk.LogFixture.MIB;
import static dev.kvcachepool.cachenode.disk.LogFixture.content;
import static dev.kvcachepool.cachenode.disk.LogFixture.digest;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Several writers at a time, in room that is set aside: what a process leaves that is killed among them. */
class ParallelWritesTest {
    private static final int WRITERS = 4;
    private static final int KILLS = 20;

    private final AtomicInteger next = new AtomicInteger();
    private final Map<Integer, Place> written = new ConcurrentHashMap<>();
    private long right;
    private long torn;

    @Test
    void aGapIsAMissAndWhatLiesBehindItNeverComesBack() {
        var memory = new MemoryFiles(true);
        try (var fixture = new LogFixture(memory, 64L * MIB)) {
            // Given three records, of which the second was still being written
            requireNonNull(fixture.append("first", content(1, 9000)));
            var second = requireNonNull(fixture.append("second", content(2, 9000)));
            requireNonNull(fixture.append("third", content(3, 9000)));
            var file = memory.files().values().iterator().next();
            var whole = file.bytes();
            var left = whole.clone();
            int from = (int) second.offset();
            Arrays.fill(left, from, from + (int) second.recordBytes(), (byte) 0);
            file.set(left);
            // When
            assertThat(fixture.comeBack()).containsOnlyKeys("first");
            // Then not even if the gap is filled
            var now = file.bytes();
            assertThat(now).hasSize(from);
            System.arraycopy(now, 0, whole, 0, now.length);
            file.set(Arrays.copyOf(whole, now.length));
            assertThat(fixture.comeBack()).containsOnlyKeys("first");
            assertThat(fixture.log.counters().torn()).isZero();
        }
    }

    @Test
    void aValueWithoutItsBytesIsAMiss() {
        var memory = new MemoryFiles(true);
        try (var fixture = new LogFixture(memory, 64L * MIB)) {
            // Given a head that is there before its value is
            var place = requireNonNull(fixture.append("k", content(1, 9000)));
            requireNonNull(fixture.append("next", content(2, 9000)));
            var file = memory.files().values().iterator().next();
            var left = file.bytes();
            Arrays.fill(left, (int) place.offset() + 8192, (int) place.offset() + 12288, (byte) 0);
            file.set(left);
            // When
            var found = fixture.comeBack();
            // Then
            assertThat(found).containsOnlyKeys("k", "next");
            assertThat(fixture.read("k", requireNonNull(found.get("k")))).isNull();
            assertThat(digest(fixture.read("next", requireNonNull(found.get("next")))))
                    .isEqualTo(digest(content(2, 9000)));
        }
    }

    @Test
    void whoeverIsKilledLeavesNothingWrong() throws Exception {
        long seed = System.nanoTime();
        System.out.println("ParallelWritesTest seed " + seed);
        var random = new Random(seed);
        for (int kill = 0; kill < KILLS; kill++) {
            var memory = new MemoryFiles(true);
            written.clear();
            try (var fixture = new LogFixture(memory, 64L * MIB);
                    var threads = Executors.newFixedThreadPool(WRITERS)) {
                var left = killed(fixture, memory, threads::submit, 5 + random.nextInt(40));
                check(left);
            }
        }
        System.out.printf("RESULT %d kills, %d values right, %d torn, 0 wrong%n", KILLS, right, torn);
        assertThat(right).isPositive();
    }

    /** Something that runs a writer. */
    private interface Start {
        Future<Boolean> writer(Callable<Boolean> writer);
    }

    /** What was in the files in the middle of it all. */
    private MemoryFiles killed(LogFixture fixture, MemoryFiles memory, Start start, int afterRecords) throws Exception {
        var done = new AtomicBoolean();
        List<Future<Boolean>> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            writers.add(start.writer(() -> write(fixture, done)));
        }
        while (written.size() < afterRecords) {
            Thread.onSpinWait();
        }
        var left = new MemoryFiles();
        memory.files().forEach((name, content) -> {
            var copy = new MemoryFiles.Content();
            copy.set(content.bytes());
            left.files().put(name, copy);
        });
        done.set(true);
        for (var writer : writers) {
            assertThat(writer.get()).isTrue();
        }
        return left;
    }

    private boolean write(LogFixture fixture, AtomicBoolean done) {
        while (!done.get()) {
            int number = next.incrementAndGet();
            var place = fixture.append("k" + number, content(number, size(number)));
            if (place == null) {
                return fixture.log.full();
            }
            written.put(number, place);
        }
        return true;
    }

    /** Some are large enough to go in two calls. */
    private static int size(int number) {
        return number % 7 == 0 ? 4 * MIB + number : 1 + number * 7919 % (256 << 10);
    }

    private void check(MemoryFiles left) {
        try (var fixture = new LogFixture(left, 64L * MIB)) {
            for (var found : fixture.comeBack().entrySet()) {
                int number = Integer.parseInt(found.getKey().substring(1));
                var read = fixture.read(found.getKey(), found.getValue());
                if (read == null) {
                    torn++;
                } else {
                    assertThat(digest(read)).isEqualTo(digest(content(number, size(number))));
                    right++;
                }
            }
        }
    }
}
