package dev.kvcachepool.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvcachepool.client.LocalClient;
import dev.kvcachepool.e2e.process.Program;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Values of a node in another process, read where they lie. */
class SharedMemoryIT {
    private static final int MIB = 1 << 20;
    private static final int KEYS = 20;

    @Test
    void anotherProcessReadsTheNodesMemoryUnderLoad() throws Exception {
        long seed = System.nanoTime();
        System.out.println("SharedMemoryIT seed " + seed);
        var random = new Random(seed);
        // Given a node that has to evict
        var folder = Fixture.work("shared");
        var resp = folder.resolve("resp.sock");
        var memory = folder.resolve("memory.sock");
        try (var _ = node(
                        "shared",
                        "--host-size",
                        "64Mi",
                        "--resp-socket",
                        resp.toString(),
                        "--memory-socket",
                        memory.toString());
                var reader = LocalClient.connect(resp, memory, null);
                var writer = LocalClient.connect(resp, memory, null)) {
            int leased = 0;
            for (int round = 0; round < 400; round++) {
                // When
                int key = random.nextInt(KEYS);
                writer.set(name(key), ByteBuffer.wrap(content(key, round, 1 + random.nextInt(8 * MIB))));
                var other = random.nextInt(KEYS);
                try (var value = reader.lease(name(other))) {
                    if (value != null) {
                        // Then
                        leased++;
                        writer.set(name(other), ByteBuffer.wrap(content(other, round, 4 * MIB)));
                        assertThat(value.verify()).isTrue();
                        assertThat(value.parts().getFirst().get(0)).isEqualTo((byte) other);
                    }
                }
            }
            assertThat(leased).isGreaterThan(20);
        }
        // Then it leaves no sockets behind
        assertThat(resp).doesNotExist();
        assertThat(memory).doesNotExist();
    }

    @Test
    void aKilledNodesSocketsAreTakenOverByTheNextOne() throws Exception {
        // Given
        var folder = Fixture.work("shared-killed");
        var flags = new String[] {
            "--host-size",
            "64Mi",
            "--resp-socket",
            folder.resolve("resp.sock").toString(),
            "--memory-socket",
            folder.resolve("memory.sock").toString()
        };
        var killed = node("shared-killed", flags);
        var client = LocalClient.connect(folder.resolve("resp.sock"), folder.resolve("memory.sock"), null);
        client.set(name(1), ByteBuffer.wrap(content(1, 1, MIB)));
        var value = client.lease(name(1));
        killed.kill();
        // When its memory outlives it in this process, Then nobody says that it was right
        var outlived = ByteBuffer.allocate(MIB);
        value.parts().forEach(outlived::put);
        assertThat(outlived.array()).isEqualTo(content(1, 1, MIB));
        assertThatThrownBy(value::verify).isInstanceOf(IOException.class);
        assertThatThrownBy(value::close).isInstanceOf(IOException.class);
        client.close();
        try (var _ = node("shared-killed", flags);
                var again = LocalClient.connect(folder.resolve("resp.sock"), folder.resolve("memory.sock"), null)) {
            assertThat(again.exists(name(1))).isFalse();
        }
    }

    /** A node that serves. */
    private static Program node(String id, String... flags) {
        var node = Fixture.cacheNode(id, flags);
        node.await();
        return node;
    }

    private static byte[] name(int key) {
        return "test@01000100@0@%064x".formatted(key).getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] content(int key, int round, int size) {
        var content = new byte[size];
        Arrays.fill(content, (byte) round);
        content[0] = (byte) key;
        return content;
    }
}
