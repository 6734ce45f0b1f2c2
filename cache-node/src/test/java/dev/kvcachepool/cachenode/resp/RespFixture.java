package dev.kvcachepool.cachenode.resp;

import dev.kvcachepool.cachenode.access.Access;
import dev.kvcachepool.cachenode.memory.PagedArena;
import dev.kvcachepool.cachenode.net.ConnectionLimit;
import dev.kvcachepool.cachenode.net.ListeningPort;
import dev.kvcachepool.cachenode.net.ProtocolCounters;
import dev.kvcachepool.cachenode.pool.LocalDoors;
import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.cachenode.store.Steering;
import dev.kvcachepool.cachenode.store.StoreSettings;
import dev.kvcachepool.cachenode.store.ValueSizes;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/** A server on a free port of the loopback, over a small store whose clocks a test moves. */
final class RespFixture implements AutoCloseable {
    static final int MIB = 1 << 20;

    final AtomicLong nanos = new AtomicLong(1);
    final PagedArena arena;
    final BlockStore store;
    final RespServer server;

    RespFixture(int mebibytes, RespSettings settings) {
        this(mebibytes, settings, new ValueSizes(Map.of()));
    }

    RespFixture(int mebibytes, RespSettings settings, ValueSizes sizes) {
        this.arena = new PagedArena((long) mebibytes * MIB);
        this.store = new BlockStore(
                arena,
                new Steering(List.of(), new SaltKey("test")),
                new StoreSettings(
                        Duration.ofSeconds(30), 64 * MIB, nanos::get, () -> Instant.EPOCH.plusNanos(nanos.get())));
        try {
            this.server = new RespServer(
                    new ListeningPort(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                    settings,
                    store,
                    new LocalDoors(store),
                    sizes,
                    new ProtocolCounters(),
                    new ConnectionLimit(settings.maxConnections()),
                    nanos::get,
                    null);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        server.start();
    }

    static RespSettings settings() {
        return RespSettings.DEFAULTS;
    }

    /** The same with misses that are held back for so long. */
    static RespSettings settings(Duration lateMiss) {
        var plain = RespSettings.DEFAULTS;
        return new RespSettings(
                plain.maxConnections(),
                plain.maxValueBytes(),
                plain.maxKeyBytes(),
                plain.maxArguments(),
                plain.maxInlineBytes(),
                plain.clientTimeout(),
                lateMiss,
                plain.access(),
                plain.advertisedHost(),
                plain.version());
    }

    /** The same for who {@code access} says. */
    static RespSettings settings(Access access) {
        var plain = RespSettings.DEFAULTS;
        return new RespSettings(
                plain.maxConnections(),
                plain.maxValueBytes(),
                plain.maxKeyBytes(),
                plain.maxArguments(),
                plain.maxInlineBytes(),
                plain.clientTimeout(),
                access,
                plain.advertisedHost(),
                plain.version());
    }

    Client connect() throws IOException {
        return new Client(server.port());
    }

    @Override
    public void close() {
        server.close();
        Awaitility.await().pollInterval(Duration.ofMillis(2)).until(() -> server.connections() == 0);
        arena.close();
    }

    /** A client that speaks bytes. */
    static final class Client implements AutoCloseable {
        final Socket socket;

        Client(int port) throws IOException {
            this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(10_000);
            socket.setTcpNoDelay(true);
        }

        void send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        /** Sends words as the array of bulks that clients send. */
        void command(String... words) throws IOException {
            var request = new StringBuilder("*" + words.length + "\r\n");
            for (var word : words) {
                request.append('$')
                        .append(word.length())
                        .append("\r\n")
                        .append(word)
                        .append("\r\n");
            }
            send(request.toString());
        }

        String receive(int bytes) throws IOException {
            return new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.ISO_8859_1);
        }

        /** What comes until the server ends the connection. */
        String receiveAll() throws IOException {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }

        /** One reply to a request, up to the answer to the ECHO sent after it. */
        String ask(String... words) throws IOException {
            command(words);
            return upToPong();
        }

        String upToPong() throws IOException {
            command("ECHO", "~end~");
            var reply = new StringBuilder();
            var end = "$5\r\n~end~\r\n";
            while (reply.indexOf(end) < 0) {
                int b = socket.getInputStream().read();
                if (b < 0) {
                    return reply + "<closed>";
                }
                reply.append((char) b);
            }
            return reply.substring(0, reply.length() - end.length());
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
