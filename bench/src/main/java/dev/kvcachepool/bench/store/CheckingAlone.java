package dev.kvcachepool.bench.store;

import dev.kvcachepool.bench.load.Content;
import dev.kvcachepool.bench.wire.Difference;
import java.lang.foreign.Arena;
import java.time.Duration;

/** How fast one thread compares values when nothing has to arrive: what checking costs the load. */
final class CheckingAlone {
    private static final long CHUNK_BYTES = 512 << 10;
    private static final Duration TIME = Duration.ofMillis(500);

    private CheckingAlone() {}

    /** 10^9 bytes a second, of pieces as large as those that are read from a connection. */
    static double measure(Content content) {
        var arrived = Arena.ofAuto().allocate(CHUNK_BYTES, 64);
        long bytes = 0;
        long start = System.nanoTime();
        long nanos = 0;
        for (int version = 0; nanos < TIME.toNanos(); version++) {
            var expected = content.of(1, version % 64, CHUNK_BYTES);
            arrived.copyFrom(expected);
            long before = System.nanoTime();
            if (Difference.bytes(arrived, expected) != 0) {
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
