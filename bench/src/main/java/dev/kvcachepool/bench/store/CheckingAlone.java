package dev.kvcachepool.bench.store;

import dev.kvcachepool.bench.load.Content;
import dev.kvcachepool.bench.wire.Expected;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.stream.IntStream;

/** How fast one thread checks values when nothing has to arrive: what checking costs the load. */
final class CheckingAlone {
    private static final long CHUNK_BYTES = 512 << 10;
    private static final int CHUNKS = 64;
    private static final Duration TIME = Duration.ofMillis(500);

    private CheckingAlone() {}

    /** 10^9 bytes a second, of pieces as large as those that are read from a connection. */
    static double measure(Content content) {
        var arrived = Arena.ofAuto().allocate(CHUNK_BYTES, 64);
        var chunks = IntStream.range(0, CHUNKS)
                .mapToObj(version -> content.of(1, version, CHUNK_BYTES))
                .toList();
        var expected = chunks.stream().map(Expected::sum).toList();
        long bytes = 0;
        long start = System.nanoTime();
        long nanos = 0;
        for (int version = 0; nanos < TIME.toNanos(); version++) {
            arrived.copyFrom(chunks.get(version % CHUNKS));
            long before = System.nanoTime();
            if (expected.get(version % CHUNKS).wrongBytes(arrived) != 0) {
                throw new IllegalStateException("a copy differs from what was copied");
            }
            nanos += System.nanoTime() - before;
            bytes += CHUNK_BYTES;
            if (System.nanoTime() - start > 4 * TIME.toNanos()) {
                break;
            }
        }
        return bytes / (double) nanos;
    }
}
