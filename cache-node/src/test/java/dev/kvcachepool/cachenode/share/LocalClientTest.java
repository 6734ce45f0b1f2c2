package dev.kvcachepool.cachenode.share;

import static dev.kvcachepool.cachenode.share.ShareFixture.MIB;
import static dev.kvcachepool.cachenode.share.ShareFixture.content;
import static dev.kvcachepool.cachenode.share.ShareFixture.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvcachepool.client.LocalClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** A client of a node that stalls, and one that is closed. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class LocalClientTest {
    private static final Duration LIMIT = Duration.ofMillis(300);

    @TempDir
    Path folder;

    /** A socket whose connections nobody takes. */
    private ServerSocketChannel deaf(String name, int queue) throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(folder.resolve(name)), queue);
    }

    private LocalClient connect(String respSocket) throws IOException {
        return LocalClient.connect(folder.resolve(respSocket), folder.resolve("memory.sock"), null, LIMIT);
    }

    @Test
    void aNodeThatDoesNotAnswerIsLeftInTime() throws IOException {
        // Given
        try (var _ = deaf("deaf", 10)) {
            // When, Then
            assertThatThrownBy(() -> connect("deaf"))
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("the node does not answer any more");
        }
    }

    @Test
    void aUserLogsInByName() throws Exception {
        // Given a node that says what it is told first, and ends
        try (var node = deaf("node", 1)) {
            var told = CompletableFuture.supplyAsync(() -> firstBytes(node));
            // When
            assertThatThrownBy(() -> LocalClient.connect(
                            folder.resolve("node"), folder.resolve("memory.sock"), "chat", "secret", LIMIT))
                    .isInstanceOf(IOException.class);
            // Then
            assertThat(told.get()).startsWith("*3\r\n$4\r\nAUTH\r\n$4\r\nchat\r\n$6\r\nsecret\r\n");
        }
    }

    private static String firstBytes(ServerSocketChannel node) {
        try (var connection = node.accept()) {
            var bytes = ByteBuffer.allocate(256);
            connection.read(bytes);
            return new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aUserNeedsAPassword() {
        assertThatThrownBy(() ->
                        LocalClient.connect(folder.resolve("node"), folder.resolve("memory.sock"), "chat", null, LIMIT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("user 'chat' needs a password");
    }

    @Test
    void aNodeThatTakesNoConnectionIsLeftInTime() throws IOException {
        // Given a queue that is full
        var waiting = new ArrayList<SocketChannel>();
        try (var _ = deaf("full", 1)) {
            do {
                waiting.add(SocketChannel.open(StandardProtocolFamily.UNIX));
                waiting.getLast().configureBlocking(false);
            } while (isTaken(waiting.getLast()));
            // When, Then
            assertThatThrownBy(() -> connect("full"))
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("the node takes no connection");
        } finally {
            for (var channel : waiting) {
                channel.close();
            }
        }
    }

    private boolean isTaken(SocketChannel channel) throws IOException {
        try {
            return channel.connect(UnixDomainSocketAddress.of(folder.resolve("full")));
        } catch (SocketException e) {
            return false;
        }
    }

    @Test
    void aNodeThatTakesNothingIsLeftInTime() throws IOException {
        // Given one that answers the greeting
        try (var server = deaf("greeting", 10)) {
            var connection = CompletableFuture.supplyAsync(() -> greeted(server));
            try (var client = connect("greeting");
                    var _ = connection.join()) {
                // When, Then
                assertThatThrownBy(() -> client.set(key(1, "t"), ByteBuffer.allocate(32 * MIB)))
                        .isInstanceOf(SocketTimeoutException.class)
                        .hasMessage("the node takes nothing any more");
            }
        }
    }

    private static SocketChannel greeted(ServerSocketChannel server) {
        try {
            var connection = server.accept();
            connection.write(ByteBuffer.wrap("+OK\r\n".getBytes(StandardCharsets.US_ASCII)));
            return connection;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aMemorySocketThatDoesNotAnswerIsLeftInTime() throws IOException {
        try (var fixture = new ShareFixture(folder, 64);
                var _ = deaf("deaf", 10);
                var client = LocalClient.connect(fixture.respSocket, folder.resolve("deaf"), null, LIMIT)) {
            // Given
            client.set(key(1, "t"), ByteBuffer.wrap(content(1, MIB)));
            // When, Then
            assertThatThrownBy(() -> client.lease(key(1, "t"))).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aLargeValueGoesThroughWhateverItsNodeTakesAtATime() throws IOException {
        try (var fixture = new ShareFixture(folder, 64);
                var client = fixture.connect()) {
            // When
            client.set(key(1, "t"), ByteBuffer.wrap(content(1, 16 * MIB)));
            // Then
            assertThat(client.get(key(1, "t"))).isEqualTo(content(1, 16 * MIB));
        }
    }

    @Test
    void closingTwiceIsClosingOnce() throws IOException {
        try (var fixture = new ShareFixture(folder, 64)) {
            // Given
            var client = fixture.connect();
            client.close();
            // When, Then
            assertThatCode(client::close).doesNotThrowAnyException();
        }
    }
}
