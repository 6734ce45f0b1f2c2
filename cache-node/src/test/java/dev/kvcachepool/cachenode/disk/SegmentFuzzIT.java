package dev.kvcachepool.cachenode.disk;

import static dev.kvcachepool.cachenode.disk.LogFixture.MIB;
import static dev.kvcachepool.cachenode.disk.LogFixture.content;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Segments with bytes changed, cut, moved and made up, read by a recovery and by reads: neither throws, and what is read
 * is what was once written for that key. The corpus are the committed segments of {@code fuzz/segment}; {@code
 * -Dfuzz.seconds} says how long, ten minutes in long runs; {@code -Dfuzz.write=true} writes the corpus anew.
 */
class SegmentFuzzIT {
    private static final Path CORPUS =
            Path.of(System.getProperty("kvp.root", ".."), "cache-node/src/test/resources/fuzz/segment");
    private static final int SECONDS = Integer.getInteger("fuzz.seconds", 60);
    private static final int LONG_SECONDS = 600;
    private static final int[] SIZES = {0, 1, 100, 4096, 9000};

    @Test
    void harmedSegmentsAreMissesAndNothingWorse() throws IOException {
        fuzz(SECONDS);
    }

    @Test
    @Tag("long")
    void harmedSegmentsAreMissesAndNothingWorseForLong() throws IOException {
        fuzz(LONG_SECONDS);
    }

    private static void fuzz(int seconds) throws IOException {
        if (Boolean.getBoolean("fuzz.write")) {
            writeCorpus();
        }
        var corpus = corpus();
        assertThat(corpus).isNotEmpty();
        long seed = System.nanoTime();
        System.out.println("SegmentFuzzIT seed " + seed);
        var random = new Random(seed);
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        long rounds = 0;
        long read = 0;
        while (System.nanoTime() < end) {
            read += round(corpus, random);
            rounds++;
        }
        System.out.printf("RESULT %d rounds in %d s, %d values read right, 0 wrong%n", rounds, seconds, read);
        assertThat(read).isPositive();
    }

    private static long round(Map<String, byte[]> corpus, Random random) {
        var memory = new MemoryFiles();
        corpus.forEach((name, bytes) -> {
            var file = new MemoryFiles.Content();
            file.set(harm(bytes.clone(), random));
            memory.files().put(name, file);
        });
        long right = 0;
        try (var fixture = new LogFixture(memory, MIB)) {
            for (var found : fixture.comeBack().entrySet()) {
                // A made-up size would be refused by the head's checksum; this is the fixture's own memory.
                assertThat(found.getValue().size()).isLessThanOrEqualTo(MIB);
                var content = fixture.read(found.getKey(), found.getValue());
                if (content != null) {
                    int number = Integer.parseInt(found.getKey().substring(1));
                    assertThat(Arrays.equals(content, content(number, SIZES[number % SIZES.length])))
                            .as("content of %s", found.getKey())
                            .isTrue();
                    right++;
                }
            }
            assertThat(fixture.append("k0", content(0, 0))).isNotNull();
        }
        return right;
    }

    private static byte[] harm(byte[] bytes, Random random) {
        for (int i = random.nextInt(4); i > 0; i--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt();
                case 2 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + random.nextInt(5000)), (byte) 0);
                case 3 -> bytes = Arrays.copyOf(bytes, at + 1);
                case 4 -> moveBlock(bytes, random);
                default -> putLong(bytes, at, random.nextLong() >>> random.nextInt(64));
            }
        }
        return bytes;
    }

    /** A block that shows up where it does not belong. */
    private static void moveBlock(byte[] bytes, Random random) {
        int blocks = bytes.length / Place.BLOCK_BYTES;
        if (blocks > 0) {
            int from = random.nextInt(blocks) * Place.BLOCK_BYTES;
            int to = random.nextInt(blocks) * Place.BLOCK_BYTES;
            System.arraycopy(bytes, from, bytes, to, Place.BLOCK_BYTES);
        }
    }

    private static void putLong(byte[] bytes, int at, long value) {
        for (int i = 0; i < Long.BYTES && at + i < bytes.length; i++) {
            bytes[at + i] = (byte) (value >>> (8 * (Long.BYTES - 1 - i)));
        }
    }

    private static Map<String, byte[]> corpus() throws IOException {
        var corpus = new TreeMap<String, byte[]>();
        try (var files = Files.list(CORPUS)) {
            for (var file : files.toList()) {
                corpus.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return corpus;
    }

    private static void writeCorpus() throws IOException {
        var memory = new MemoryFiles();
        try (var fixture = new LogFixture(memory, MIB)) {
            fixture.comeBack();
            for (int i = 0; i < 10; i++) {
                var place = fixture.append("k" + i, content(i, SIZES[i % SIZES.length]));
                if (i == 3 && place != null) {
                    fixture.log.erase(place);
                }
            }
        }
        Files.createDirectories(CORPUS);
        for (var file : memory.files().entrySet()) {
            Files.write(CORPUS.resolve(file.getKey()), file.getValue().bytes());
        }
    }
}
