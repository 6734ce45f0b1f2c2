package dev.kvcachepool.cachenode.share;

import dev.kvcachepool.cachenode.memory.Backing;
import dev.kvcachepool.cachenode.memory.PagedArena;
import dev.kvcachepool.cachenode.net.ConnectionLimit;
import dev.kvcachepool.cachenode.net.FileServer;
import dev.kvcachepool.cachenode.net.ListeningPath;
import dev.kvcachepool.cachenode.pool.LocalDoors;
import dev.kvcachepool.cachenode.resp.RespServer;
import dev.kvcachepool.cachenode.resp.RespSettings;
import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.cachenode.store.Steering;
import dev.kvcachepool.cachenode.store.StoreSettings;
import dev.kvcachepool.cachenode.store.ValueSizes;
import dev.kvcachepool.client.LocalClient;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/** A store whose memory is shared, with both of its sockets, and a clock for leases that a test moves. */
final class ShareFixture implements AutoCloseable {
    static final int MIB = 1 << 20;
    static final Duration LONGEST = Duration.ofSeconds(60);

    final AtomicLong nanos = new AtomicLong(1);
    final PagedArena arena;
    final BlockStore store;
    final SharedMemory shared;
    final FileServer files;
    final RespServer server;
    final Path respSocket;
    final Path memorySocket;

    ShareFixture(Path folder, int mebibytes) throws IOException {
        this.respSocket = folder.resolve("resp.sock");
        this.memorySocket = folder.resolve("memory.sock");
        this.arena = new PagedArena((long) mebibytes * MIB, Backing.files());
        this.store = new BlockStore(
                arena,
                new Steering(List.of(), new SaltKey("test")),
                StoreSettings.of(Duration.ofSeconds(30), 16 * MIB, Duration.ZERO));
        this.shared = new SharedMemory(arena, LONGEST, nanos::get);
        var own = PosixFilePermissions.fromString("rw-------");
        this.files = new FileServer(memorySocket, own, SharedMemory.TOKEN_LENGTH, shared::openDescriptor);
        this.server = new RespServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                RespSettings.DEFAULTS,
                store,
                new LocalDoors(store),
                new ValueSizes(Map.of()),
                new ConnectionLimit(100),
                shared);
        server.alsoAt(new ListeningPath(respSocket, own));
        files.start();
        server.start();
    }

    LocalClient connect() throws IOException {
        return LocalClient.connect(respSocket, memorySocket, null);
    }

    /** An engine's key of a tenant. */
    static byte[] key(int chunk, String salt) {
        return "m@01000100@0@%064x@%s".formatted(chunk, salt).getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] content(int seed, int size) {
        var content = new byte[size];
        new Random(seed).nextBytes(content);
        return content;
    }

    static byte[] read(List<ByteBuffer> parts) {
        var all = ByteBuffer.allocate(
                parts.stream().mapToInt(ByteBuffer::remaining).sum());
        parts.forEach(all::put);
        return all.array();
    }

    @Override
    public void close() {
        server.close();
        Awaitility.await().until(() -> server.connections() == 0);
        files.close();
        arena.close();
    }
}
