package dev.kvcachepool.e2e.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.e2e.Fixture;
import dev.kvcachepool.e2e.process.Program;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A node's process is killed in the middle of writes, again and again, and finds its disk. The oracle knows every value:
 * a key that comes back has the last value that was acknowledged, or the one that was on its way; it may also be gone.
 */
class DiskFaultIT {
    private static final int KILLS = 3;
    private static final int WRITERS = 4;
    private static final long WRITES_BEFORE_A_KILL = 1500;

    @Test
    void aKilledNodeComesBackWithWhatItHadWrittenAndNothingElse() throws Exception {
        long seed = System.nanoTime();
        System.out.println("DiskFaultIT seed " + seed);
        // Given
        var folder = Fixture.work("disk-fault");
        var writers = new ArrayList<KeyWriter>();
        for (int i = 0; i < WRITERS; i++) {
            writers.add(new KeyWriter(i, new Random(seed + i)));
        }
        long found = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            // When
            try (var node = node(folder)) {
                KeyWriter.writeUntilKilled(node, writers, WRITES_BEFORE_A_KILL);
            }
            // Then
            try (var node = node(folder);
                    var jedis = Fixture.jedis(node)) {
                long back = jedis.dbSize();
                long right = writers.stream()
                        .mapToLong(writer -> writer.check(jedis))
                        .sum();
                System.out.printf(
                        "RESULT kill %d: %d keys are back, %d of them read, 0 wrong%n", kill + 1, back, right);
                assertThat(right).as("values that are back").isPositive().isLessThanOrEqualTo(back);
                found += right;
            }
        }
        System.out.printf(
                "RESULT %d acknowledged writes, %d kills, %d values right, 0 wrong%n",
                writers.stream().mapToLong(KeyWriter::acknowledged).sum(), KILLS, found);
    }

    private static Program node(Path folder) {
        return Fixture.cacheNode(
                "disk-fault",
                "--host-size",
                "48Mi",
                "--disk-path",
                folder.resolve("blocks").toString(),
                "--disk-size",
                "256Mi");
    }
}
