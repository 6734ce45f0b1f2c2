package dev.kvcachepool.router.pin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvcachepool.commandline.certificate.Issued;
import dev.kvcachepool.commandline.secret.NodeLogin;
import dev.kvcachepool.commandline.tls.NodeNames;
import dev.kvcachepool.commandline.tls.Tls;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.NodeRow.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pins over TLS. */
@Timeout(60)
class RespConnectionTest {
    private static final Issued AUTHORITY = Issued.authority("authority", InstantSource.system());
    private static final HolderId NODE = new HolderId("node-0");

    @TempDir
    Path folder;

    private final ServerSocketChannel listener = listener();

    private static ServerSocketChannel listener() {
        try {
            return ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void close() throws IOException {
        listener.close();
    }

    private Tls tls(String name, String dnsName) throws IOException {
        var own = AUTHORITY.issue(List.of(dnsName), Instant.now(), Instant.now().plus(Duration.ofDays(1)));
        return new Tls(
                Files.writeString(folder.resolve(name + ".crt"), own.certificatePem()),
                Files.writeString(folder.resolve(name + ".key"), own.keyPem()),
                Files.writeString(folder.resolve("ca.crt"), AUTHORITY.certificatePem()),
                new NodeNames("nodes"),
                null,
                true);
    }

    private Address address() {
        return new Address("127.0.0.1", listener.socket().getLocalPort());
    }

    private static LongSupplier within(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        return () -> end - System.nanoTime();
    }

    /** A node that answers one command. */
    private void serve(Tls node) {
        Thread.ofVirtual().start(() -> {
            try (var channel = node.accept(listener.accept())) {
                channel.handshake();
                channel.read(ByteBuffer.allocate(1000));
                channel.write(ByteBuffer.wrap("*1\r\n:7\r\n".getBytes(StandardCharsets.US_ASCII)));
                channel.end();
            } catch (IOException e) {
                // It was refused.
            }
        });
    }

    @Test
    void aNodeIsAskedThatShowsItsName() throws IOException {
        // Given
        serve(tls("node", "node-0.nodes"));
        var router = tls("router", "router");
        // When
        try (var connection =
                new RespConnection(NODE, address(), router, NodeLogin.NONE, within(Duration.ofSeconds(30)))) {
            // Then
            assertThat(connection.ask(List.of("KVP.PIN"), 1)).containsExactly(7);
        }
    }

    @Test
    void anotherNodeIsNot() throws IOException {
        // Given
        serve(tls("node", "node-1.nodes"));
        var router = tls("router", "router");
        // When, then
        assertThatThrownBy(() ->
                        new RespConnection(NODE, address(), router, NodeLogin.NONE, within(Duration.ofSeconds(30))))
                .hasMessageContaining("its certificate has none of the names node-0.nodes or *.nodes");
    }

    @Test
    void aHandshakeThatDripsEndsInTime() throws Exception {
        // Given who sends a record's beginning, a byte now and then
        var dripping = Thread.ofVirtual().start(() -> {
            try (SocketChannel channel = listener.accept()) {
                channel.write(ByteBuffer.wrap(new byte[] {0x16, 3, 3, 0x40, 0}));
                while (channel.write(ByteBuffer.wrap(new byte[1])) == 1) {
                    Thread.sleep(20);
                }
            } catch (IOException | InterruptedException e) {
                // It was closed.
            }
        });
        var router = tls("router", "router");
        // When, then
        assertThatThrownBy(() ->
                        new RespConnection(NODE, address(), router, NodeLogin.NONE, within(Duration.ofMillis(400))))
                .isInstanceOf(IOException.class);
        dripping.join();
    }
}
