package dev.kvcachepool.e2e.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SlowRelayTest {
    private static final int LENGTH = 50_000;
    private static final long RATE = 200_000;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private ServerSocketChannel node;

    @BeforeEach
    void listen() throws IOException {
        node = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(folder.resolve("node")));
    }

    @AfterEach
    void end() throws IOException {
        node.close();
    }

    private SlowRelay relay(long bytesPerSecond) {
        return new SlowRelay(folder.resolve("relay"), folder.resolve("node"), bytesPerSecond);
    }

    private static SocketChannel connect(SlowRelay relay) throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(relay.path()));
    }

    private static ByteBuffer random() {
        var bytes = new byte[LENGTH];
        new Random(1).nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    private static void write(SocketChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static ByteBuffer read(SocketChannel channel) throws IOException {
        var bytes = ByteBuffer.allocate(LENGTH);
        while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
        return bytes.flip();
    }

    @Test
    void whatANodeSaysOnAllConnectionsComesUnchangedAndNoFasterThanTheRate() throws IOException {
        try (var relay = relay(RATE);
                var first = connect(relay);
                var toFirst = node.accept();
                var second = connect(relay);
                var toSecond = node.accept()) {
            // When
            long start = System.nanoTime();
            write(toFirst, random());
            write(toSecond, random());

            // Then
            assertThat(read(first)).isEqualTo(random());
            assertThat(read(second)).isEqualTo(random());
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isGreaterThanOrEqualTo(Duration.ofMillis(2 * LENGTH * 1000L / RATE));
        }
    }

    @Test
    void whatANodeIsAskedComesAtOnce() throws IOException {
        // Given a rate at which it would take half a day
        try (var relay = relay(1);
                var client = connect(relay);
                var server = node.accept()) {
            // When
            write(client, random());

            // Then
            assertThat(read(server)).isEqualTo(random());
        }
    }

    @Test
    void aConnectionEndsWithEitherOfItsEndsAndWhereNoNodeIs() throws IOException {
        try (var relay = relay(RATE)) {
            // When the node ends one
            try (var client = connect(relay)) {
                node.accept().close();

                // Then the client sees it
                assertThat(read(client).remaining()).isZero();
            }

            // When the client ends one
            connect(relay).close();

            // Then the node sees it
            try (var server = node.accept()) {
                assertThat(read(server).remaining()).isZero();
            }

            // When there is no node any more
            node.close();

            // Then neither is a connection
            try (var client = connect(relay)) {
                assertThat(read(client).remaining()).isZero();
            }
        }
    }
}
