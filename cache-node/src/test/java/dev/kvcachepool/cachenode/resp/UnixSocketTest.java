package dev.kvcachepool.cachenode.resp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.cachenode.memory.PagedArena;
import dev.kvcachepool.cachenode.net.ListeningPath;
import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.cachenode.store.Steering;
import dev.kvcachepool.cachenode.store.StoreSettings;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixSocketTest {
    @TempDir
    Path folder;

    @Test
    void whatIsStoredAtTheSocketIsReadThereAndAtThePort() throws IOException {
        // Given
        var path = folder.resolve("kvp.sock");
        var value = new byte[5 << 20];
        new Random(7).nextBytes(value);
        try (var arena = new PagedArena(64 << 20);
                var server = server(arena)) {
            server.alsoAt(new ListeningPath(path, PosixFilePermissions.fromString("rw-------")));
            server.start();
            // When
            try (var local = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
                write(local, "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$" + value.length + "\r\n");
                write(local, value);
                write(local, "\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n");
                // Then
                assertThat(read(local, "+OK\r\n$5242880\r\n".length())).isEqualTo(bytes("+OK\r\n$5242880\r\n"));
                assertThat(read(local, value.length)).isEqualTo(value);
                assertThat(read(local, 2)).isEqualTo(bytes("\r\n"));
            }
            try (var client = new RespFixture.Client(server.port())) {
                assertThat(client.ask("STRLEN", "k")).isEqualTo(":5242880\r\n");
                assertThat(server.counters().accepted()).isEqualTo(2);
            }
            server.drain(Duration.ofSeconds(10));
        }
        assertThat(path).doesNotExist();
    }

    private static RespServer server(PagedArena arena) throws IOException {
        var store = new BlockStore(
                arena,
                new Steering(List.of(), new SaltKey("test")),
                StoreSettings.of(Duration.ofSeconds(30), 8 << 20, Duration.ZERO));
        return new RespServer(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), RespSettings.DEFAULTS, store);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static void write(SocketChannel to, String text) throws IOException {
        write(to, bytes(text));
    }

    private static void write(SocketChannel to, byte[] bytes) throws IOException {
        for (var buffer = ByteBuffer.wrap(bytes); buffer.hasRemaining(); ) {
            var _ = to.write(buffer);
        }
    }

    private static byte[] read(SocketChannel from, int count) throws IOException {
        return Channels.newInputStream(from).readNBytes(count);
    }
}
