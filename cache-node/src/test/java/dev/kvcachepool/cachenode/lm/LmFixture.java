package dev.kvcachepool.cachenode.lm;

import dev.kvcachepool.cachenode.memory.PagedArena;
import dev.kvcachepool.cachenode.net.ConnectionLimit;
import dev.kvcachepool.cachenode.net.ListeningPort;
import dev.kvcachepool.cachenode.net.ProtocolCounters;
import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.cachenode.store.LocalValues;
import dev.kvcachepool.cachenode.store.Steering;
import dev.kvcachepool.cachenode.store.StoreSettings;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/** An {@code lm://} server on a free port of the loopback, over a small store. */
final class LmFixture implements AutoCloseable {
    static final int MIB = 1 << 20;
    static final int MOST = 12 * MIB;

    final PagedArena arena = new PagedArena(16L * MIB);
    final BlockStore store = new BlockStore(
            arena,
            new Steering(List.of(), new SaltKey("test")),
            StoreSettings.of(Duration.ofSeconds(30), 64 * MIB, Duration.ZERO));
    final ProtocolCounters counters = new ProtocolCounters();
    final LmServer server;

    LmFixture() {
        try {
            this.server = new LmServer(
                    new ListeningPort(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                    new LmSettings(MOST, Duration.ofSeconds(60)),
                    store,
                    gone -> new LocalValues(store),
                    counters,
                    new ConnectionLimit(100),
                    System::nanoTime);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.start();
    }

    Client connect() throws IOException {
        return new Client(server.port());
    }

    @Override
    public void close() {
        server.close();
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> server.connections() == 0);
        arena.close();
    }

    /** As LMCache's client, down to its bytes. */
    static final class Client implements AutoCloseable {
        final Socket socket;

        Client(int port) throws IOException {
            this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(60_000);
            socket.setTcpNoDelay(true);
        }

        void send(byte[]... pieces) throws IOException {
            for (var piece : pieces) {
                socket.getOutputStream().write(piece);
            }
        }

        byte[] receive(int bytes) throws IOException {
            return socket.getInputStream().readNBytes(bytes);
        }

        byte[] ask(byte[] request) throws IOException {
            send(request);
            return receive(LmBytes.REPLY);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
