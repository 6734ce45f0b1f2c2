package dev.kvcachepool.commandline.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.commandline.certificate.Issued;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Two sockets of this machine that are connected, and TLS over them. */
abstract class TlsEnds {
    static final String NODE = "*." + TlsFolder.DOMAIN;

    @TempDir
    Path folder;

    final ServerSocketChannel listener = listener();

    SocketChannel near = connected();
    SocketChannel far = accepted();

    private static ServerSocketChannel listener() {
        try {
            return ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    SocketChannel connected() {
        try {
            return SocketChannel.open(listener.getLocalAddress());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    SocketChannel accepted() {
        try {
            return listener.accept();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void quick() throws IOException {
        near.setOption(java.net.StandardSocketOptions.TCP_NODELAY, true);
        far.setOption(java.net.StandardSocketOptions.TCP_NODELAY, true);
    }

    @AfterEach
    void close() throws IOException {
        near.close();
        far.close();
        listener.close();
    }

    Tls tls(String name, Issued authority, String... names) {
        return TlsFolder.of(folder.resolve(name), authority, names).tls();
    }

    static <T> CompletableFuture<T> meanwhile(Callable<T> task) {
        var done = new CompletableFuture<T>();
        Thread.ofVirtual().start(() -> {
            try {
                done.complete(task.call());
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    /** Both ends, when they have agreed. */
    record Pair(TlsChannel client, TlsChannel server) {
        void end() {
            client.end();
            server.end();
        }
    }

    Pair agreed(Tls client, Tls server) throws Exception {
        var accepting = server.accept(far);
        var shaken = meanwhile(() -> {
            accepting.handshake();
            return accepting;
        });
        var connecting = client.connect(near, "p-0", "127.0.0.1", 1);
        connecting.handshake();
        return new Pair(connecting, shaken.get());
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    static String read(TlsChannel from) throws IOException {
        var into = ByteBuffer.allocate(100);
        assertThat(from.read(into)).isPositive();
        return StandardCharsets.UTF_8.decode(into.flip()).toString();
    }
}
