package dev.kvcachepool.prefixadvert.anyposition;

import static dev.kvcachepool.prefixadvert.anyposition.Found.HERE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Writers that fill, evict and forget, and readers meanwhile. A chunk's hash says what its tokens and position are. */
@Timeout(120)
class AnyPositionConcurrencyTest {
    private static final int LENGTH = 24;
    private static final int HOT = 20;
    private static final int WRITES = 300_000;

    private final long seed = Long.getLong("kvp.seed", System.nanoTime());
    private final FingerprintIndex index = new FingerprintIndex(1 << 19, 1 << 12, System::nanoTime);
    private final AtomicBoolean done = new AtomicBoolean();

    @Test
    void offersNothingFalseAndLosesNothingThatIsUsed() throws Exception {
        System.out.println("kvp.seed=" + seed);
        // Given
        IntStream.range(0, HOT).forEach(i -> store(i, 0));

        // When
        long reads = 0;
        try (var threads = Executors.newFixedThreadPool(4)) {
            var readers = IntStream.range(0, 2)
                    .<Future<Long>>mapToObj(i -> threads.submit(reading(new Random(seed + i))))
                    .toList();
            var writers = IntStream.range(2, 4)
                    .<Future<?>>mapToObj(i -> threads.submit(() -> write(new Random(seed + i))))
                    .toList();
            try {
                for (var writer : writers) {
                    writer.get();
                }
            } finally {
                done.set(true);
            }
            for (var reader : readers) {
                reads += reader.get();
            }
        }

        // Then
        assertThat(reads).isPositive();
        assertThat(index.stats().evicted()).isPositive();
        assertThat(index.stats().forgotten()).isPositive();
    }

    private void write(Random random) {
        for (int i = 0; i < WRITES; i++) {
            // Some are stored behind several prefixes, so that texts change in place.
            store(HOT + random.nextInt(5_000), random.nextInt(6) * LENGTH);
            if (i % 1000 == 0) {
                Found.forgetUnheld(
                        index,
                        Duration.ofSeconds(-1),
                        chunk -> isHot(chunk) || chunk.hash().low() % 3 != 0);
            }
            // A hot text is used again before its slab comes round.
            touch(i % HOT);
        }
    }

    private Callable<Long> reading(Random random) {
        return () -> {
            long reads = 0;
            while (!done.get() || reads == 0) {
                var query = query(random);
                index.lookup(HERE, query, 0, LENGTH, Integer.MAX_VALUE, (hash, rest, then, now) -> {
                    var tokens = Arrays.copyOfRange(query, now, now + LENGTH);
                    assertThat(hash).as("seed %d", seed).isEqualTo(hash(tokens, then));
                    return random.nextBoolean();
                });
                int hot = random.nextInt(HOT);
                // Not seen at once only if the writer was interrupted in the middle of a change.
                assertThat(IntStream.range(0, 10_000).anyMatch(i -> touch(hot)))
                        .as("seed %d", seed)
                        .isTrue();
                reads++;
            }
            return reads;
        };
    }

    private boolean touch(int number) {
        return !Found.in(index, LENGTH, text(number)).isEmpty();
    }

    private void store(int number, int position) {
        var tokens = text(number);
        index.stored(new BlockId(HERE, hash(tokens, position)), BlockHash.NONE, tokens, position);
    }

    private static boolean isHot(BlockId chunk) {
        return IntStream.range(0, HOT).anyMatch(i -> hash(text(i), 0).equals(chunk.hash()));
    }

    private static int[] query(Random random) {
        return IntStream.range(0, 10)
                .flatMap(i -> Arrays.stream(text(random.nextInt(HOT + 5_000))).skip(random.nextInt(3)))
                .toArray();
    }

    private static BlockHash hash(int[] tokens, int position) {
        return new BlockHash(Arrays.hashCode(tokens), position);
    }

    private static int[] text(int number) {
        return new Random(number).ints(LENGTH, 0, 1 << 17).toArray();
    }
}
