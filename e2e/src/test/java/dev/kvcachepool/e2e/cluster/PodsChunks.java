package dev.kvcachepool.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import redis.clients.jedis.Jedis;

/** Chunks as engines of the model {@code small} store them: 64 of 64 KiB, of a seed that is printed. */
record PodsChunks(List<byte[]> values) {
    static final int COUNT = 64;
    private static final int BYTES = 64 << 10;

    static PodsChunks make() {
        var seed = System.nanoTime();
        System.out.println("seed " + seed);
        var random = new Random(seed);
        var values = new ArrayList<byte[]>();
        for (var number = 0; number < COUNT; number++) {
            var value = new byte[BYTES];
            random.nextBytes(value);
            values.add(value);
        }
        return new PodsChunks(values);
    }

    static byte[] key(int number) {
        return "small@01000100@0@%08x%056d"
                .formatted(number * 0x9E3779B9, number)
                .getBytes(StandardCharsets.UTF_8);
    }

    void store(Supplier<Jedis> pool) {
        try (var jedis = pool.get()) {
            for (var number = 0; number < COUNT; number++) {
                assertThat(jedis.set(key(number), values.get(number))).isEqualTo("OK");
            }
        }
    }

    /** That each is there as it was stored. */
    void assertHeld(Supplier<Jedis> pool) {
        try (var jedis = pool.get()) {
            for (var number = 0; number < COUNT; number++) {
                assertThat(Arrays.equals(jedis.get(key(number)), values.get(number)))
                        .as("chunk %d is there", number)
                        .isTrue();
            }
        }
    }

    /** A client that reads them until it is closed. */
    ReadLoad read(Supplier<Jedis> pool) {
        return new ReadLoad(pool, PodsChunks::key, values);
    }
}
