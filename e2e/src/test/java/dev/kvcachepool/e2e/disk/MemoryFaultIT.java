package dev.kvcachepool.e2e.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvcachepool.client.LocalClient;
import dev.kvcachepool.e2e.Fixture;
import dev.kvcachepool.e2e.MemoryFolder;
import dev.kvcachepool.e2e.process.Program;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A node's process is killed in the middle of writes, again and again, and finds its memory: each key has the last value that
 * was acknowledged or the one that was on its way, or is gone.
 */
class MemoryFaultIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int KILLS = 3;
    private static final int WRITERS = 4;
    private static final long WRITES_BEFORE_A_KILL = 1500;

    private MemoryFolder memory;

    @BeforeEach
    void makeFolder() throws Exception {
        memory = MemoryFolder.make();
    }

    @AfterEach
    void removeFolder() throws Exception {
        memory.close();
    }

    private Program node(String... more) {
        var flags = new ArrayList<>(List.of("--host-size", "32Mi", "--arena-path", memory.toString()));
        flags.addAll(List.of(more));
        return Fixture.cacheNode("memory-fault", flags.toArray(String[]::new));
    }

    @Test
    void aKilledNodeComesBackWithWhatItHeldAndNothingElse() throws Exception {
        long seed = System.nanoTime();
        System.out.println("MemoryFaultIT seed " + seed);
        // Given
        var writers = new ArrayList<KeyWriter>();
        for (int i = 0; i < WRITERS; i++) {
            writers.add(new KeyWriter(i, new Random(seed + i)));
        }
        for (int kill = 0; kill < KILLS; kill++) {
            // When
            try (var node = node()) {
                KeyWriter.writeUntilKilled(node, writers, WRITES_BEFORE_A_KILL);
            }
            // Then
            try (var node = node();
                    var jedis = Fixture.jedis(node)) {
                long back = jedis.dbSize();
                long right = writers.stream()
                        .mapToLong(writer -> writer.check(jedis))
                        .sum();
                System.out.printf(
                        "RESULT kill %d: %d keys are back, %d of them read, 0 wrong%n", kill + 1, back, right);
                assertThat(right).as("values that are back").isPositive().isEqualTo(back);
            }
        }
    }

    @Test
    void clientsOnTheHostReadWhatAnEarlierProcessWasGiven() throws Exception {
        // Given
        var folder = Fixture.work("memory-fault");
        var resp = folder.resolve("resp.sock");
        var files = folder.resolve("memory.sock");
        var sockets = new String[] {"--resp-socket", resp.toString(), "--memory-socket", files.toString()};
        var key = "test@01000100@0@%064x@tenant".formatted(7).getBytes(StandardCharsets.US_ASCII);
        var content = new byte[3 << 20];
        new Random(7).nextBytes(content);
        try (var node = node(sockets)) {
            node.await();
            try (var client = LocalClient.connect(resp, files, null)) {
                client.set(key, ByteBuffer.wrap(content));
            }
            node.kill();
        }
        // When
        try (var node = node(sockets)) {
            node.await();
            try (var client = LocalClient.connect(resp, files, null);
                    var value = client.lease(key)) {
                // Then
                assertThat(value).isNotNull();
                assertThat(value.verify()).isTrue();
                assertThat(value.size()).isEqualTo(content.length);
                assertThat(value.parts().getFirst().get(100)).isEqualTo(content[100]);
            }
        }
    }

    @Test
    void aNodeWhoseFileIsCutEndsAndTheNextOneFindsTheRest() throws Exception {
        // Given values in two slices of 2 MiB
        var first = "first".getBytes(StandardCharsets.UTF_8);
        var second = "second".getBytes(StandardCharsets.UTF_8);
        try (var node = node();
                var jedis = Fixture.jedis(node)) {
            jedis.set(first, new byte[2 << 20]);
            jedis.set(second, new byte[2 << 20]);
            // When
            try (var file = FileChannel.open(memory.path().resolve("slice-0"), StandardOpenOption.WRITE)) {
                file.truncate(0);
            }
            // Then
            await().atMost(PATIENCE)
                    .until(() -> ProcessHandle.of(node.pid())
                            .map(process -> !process.isAlive())
                            .orElse(true));
        }
        try (var node = node();
                var jedis = Fixture.jedis(node)) {
            assertThat(jedis.dbSize()).isOne();
            assertThat(jedis.get(first) == null).isNotEqualTo(jedis.get(second) == null);
        }
    }

    @Test
    void aNodeThatEndedInOrderFindsItsMemoryToo() throws Exception {
        // Given
        try (var node = node();
                var jedis = Fixture.jedis(node)) {
            jedis.set("key".getBytes(StandardCharsets.UTF_8), new byte[100_000]);
        }
        // When
        try (var node = node();
                var jedis = Fixture.jedis(node)) {
            // Then
            assertThat(jedis.strlen("key")).isEqualTo(100_000);
        }
    }
}
