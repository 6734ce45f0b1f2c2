package dev.kvcachepool.cachenode.pool;

import static dev.kvcachepool.cachenode.lm.LmBytes.hit;
import static dev.kvcachepool.cachenode.lm.LmBytes.payload;
import static dev.kvcachepool.cachenode.lm.LmBytes.put;
import static dev.kvcachepool.cachenode.lm.LmBytes.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.cachenode.lm.LmBytes;
import dev.kvcachepool.cachenode.lm.LmServer;
import dev.kvcachepool.cachenode.lm.LmSettings;
import dev.kvcachepool.cachenode.net.ConnectionLimit;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code lm://} at a node that is not the home. */
class LmPoolTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final int[] SIZES = {0, 1, 100, 4096, 256 << 10, (128 << 10) - 28, (128 << 10) + 1, 3 << 20};

    @Test
    void aValueIsReadAtAnyNode() throws IOException {
        try (var fixture = PoolFixture.settled(3, 16);
                var one = serve(fixture.nodes.get(0));
                var two = serve(fixture.nodes.get(1));
                var writer = connect(one);
                var reader = connect(two)) {
            for (int size : SIZES) {
                var key = "m@1@0@" + Integer.toHexString(size + 1) + "@half";
                // When
                writer.getOutputStream().write(put(key, payload(size, size)));
                assertThat(ask(writer, LmBytes.EXIST, key)).isEqualTo(LmBytes.YES);
                // Then
                for (var client : new Socket[] {writer, reader}) {
                    assertThat(ask(client, LmBytes.GET, key)).isEqualTo(hit(size));
                    assertThat(client.getInputStream().readNBytes(size)).isEqualTo(payload(size, size));
                }
                assertThat(fixture.nodes.stream().filter(node -> node.holds(key + "lm_bytes")))
                        .containsExactly(fixture.homeOf(key + "lm_bytes"));
            }
            Stream.of(one, two).forEach(LmServer::close);
            Awaitility.await().atMost(LONG).until(() -> one.connections() + two.connections() == 0);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 27, 28, 29})
    void aValueOfTheLargestSizeIsTakenThroughANodeThatIsNotItsHome(int less) throws IOException {
        int size = PoolFixture.MIB - less;
        try (var fixture = PoolFixture.settled(2, 16, PoolFixture.MIB);
                var server = serve(fixture.nodes.getFirst(), PoolFixture.MIB);
                var client = connect(server)) {
            // Given
            var key = IntStream.range(1, 1000)
                    .mapToObj(i -> "m@1@0@" + Integer.toHexString(i) + "@half")
                    .filter(name -> fixture.homeOf(name + "lm_bytes").equals(fixture.nodes.getLast()))
                    .findFirst()
                    .orElseThrow();
            // When
            client.getOutputStream().write(put(key, payload(size, size)));
            // Then
            assertThat(ask(client, LmBytes.GET, key)).isEqualTo(hit(size));
            assertThat(client.getInputStream().readNBytes(size)).isEqualTo(payload(size, size));
            assertThat(fixture.nodes.getFirst().peers.counters().errors()).isZero();
        }
    }

    private static LmServer serve(PoolFixture.Node node) throws IOException {
        return serve(node, 8 << 20);
    }

    private static LmServer serve(PoolFixture.Node node, int maxValueBytes) throws IOException {
        var server = new LmServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new LmSettings(maxValueBytes, LONG),
                node.store,
                node.pool.clients(),
                new ConnectionLimit(10));
        server.start();
        return server;
    }

    private static Socket connect(LmServer server) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout((int) LONG.toMillis());
        return socket;
    }

    private static byte[] ask(Socket client, int command, String key) throws IOException {
        client.getOutputStream().write(request(command, key));
        return client.getInputStream().readNBytes(LmBytes.REPLY);
    }
}
