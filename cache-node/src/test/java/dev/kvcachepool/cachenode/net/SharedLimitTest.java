package dev.kvcachepool.cachenode.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SharedLimitTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @Test
    void portsThatShareALimitServeNoMoreThanThatTogether() throws IOException {
        var limit = new ConnectionLimit(2);
        try (var one = new EchoServer(limit);
                var other = new EchoServer(limit)) {
            // Given
            try (var first = connect(one);
                    var second = connect(other)) {
                assertThat(echoes(first)).isTrue();
                assertThat(echoes(second)).isTrue();
                // When
                try (var third = connect(other)) {
                    // Then
                    assertThat(third.getInputStream().read()).isEqualTo(-1);
                }
                assertThat(other.counters().rejected()).isEqualTo(1);
                assertThat(one.counters().rejected()).isZero();
            }
            // When they are gone
            await().atMost(LONG).until(() -> one.connections() + other.connections() == 0);
            try (var next = connect(one)) {
                // Then
                assertThat(echoes(next)).isTrue();
            }
        }
    }

    private static Socket connect(ConnectionServer server) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout((int) LONG.toMillis());
        return socket;
    }

    private static boolean echoes(Socket socket) throws IOException {
        socket.getOutputStream().write(7);
        return socket.getInputStream().read() == 7;
    }

    /** Sends back byte after byte. */
    private static final class EchoServer extends ConnectionServer {
        EchoServer(ConnectionLimit limit) throws IOException {
            super(
                    new ListeningPort(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                    new Echo(),
                    new ProtocolCounters(),
                    limit,
                    LONG,
                    System::nanoTime);
            start();
        }
    }

    private static final class Echo implements Protocol {
        @Override
        public String name() {
            return "echo";
        }

        @Override
        public void serve(Wire wire, long id) throws IOException {
            var output = new WireOutput(wire, ByteBuffer.allocateDirect(10));
            var input = new WireInput(wire, output, ByteBuffer.allocateDirect(10));
            while (input.await()) {
                output.put(new byte[] {input.next()});
            }
        }
    }
}
