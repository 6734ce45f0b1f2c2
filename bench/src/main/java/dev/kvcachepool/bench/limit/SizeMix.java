package dev.kvcachepool.bench.limit;

import java.util.List;
import java.util.SplittableRandom;

/** Sizes as chunks of several models have them, each as likely as the others; or one size alone. In bytes. */
final class SizeMix {
    private static final List<Long> CHUNKS =
            List.of(256L << 10, 512L << 10, 1L << 20, 1280L << 10, 2L << 20, 4L << 20, 8L << 20);

    private final List<Long> sizes;
    private final SplittableRandom random;

    private SizeMix(List<Long> sizes, long seed) {
        this.sizes = sizes;
        this.random = new SplittableRandom(seed);
    }

    /** 256 KiB to 8 MiB; the same sequence for the same seed. */
    static SizeMix ofChunks(long seed) {
        return new SizeMix(CHUNKS, seed);
    }

    static SizeMix only(long size) {
        return new SizeMix(List.of(size), 0);
    }

    long next() {
        return sizes.get(random.nextInt(sizes.size()));
    }

    double mean() {
        return sizes.stream().mapToLong(Long::longValue).average().orElseThrow();
    }
}
