package dev.kvcachepool.cachenode.store;

import static dev.kvcachepool.cachenode.store.StoreFixture.bytes;
import static java.util.Objects.requireNonNull;
import static org.awaitility.Awaitility.await;

import dev.kvcachepool.cachenode.disk.LogSettings;
import dev.kvcachepool.cachenode.disk.SegmentLog;
import dev.kvcachepool.cachenode.disk.ValueLog;
import dev.kvcachepool.cachenode.kept.KeptMemory;
import dev.kvcachepool.cachenode.memory.PagedArena;
import dev.kvcachepool.cachenode.tenant.Tenants;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A store with a real disk that can be left and entered again, as by a process that dies and another that comes. */
final class DiskFixture implements AutoCloseable {
    static final int MIB = StoreFixture.MIB;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    final AtomicLong wallMillis = new AtomicLong(1_000_000);
    /** By how much leases are older than they would be. */
    final AtomicLong passedNanos = new AtomicLong();

    final List<BlockId> changes = new CopyOnWriteArrayList<>();
    private final Path folder;
    private final int hostMebibytes;
    private final long diskBytes;
    private final long indexLimit;
    private final UnaryOperator<ValueLog> around;
    private Predicate<byte[]> wanted = key -> true;
    private final @Nullable Path memoryFolder;
    private final Tenants tenants;
    private @Nullable KeptMemory kept;
    private PagedArena arena;
    private SegmentLog log;
    BlockStore store;

    DiskFixture(Path folder, int hostMebibytes, long diskBytes) throws IOException {
        this(folder, hostMebibytes, diskBytes, 64L * MIB);
    }

    DiskFixture(Path folder, int hostMebibytes, long diskBytes, long indexLimit) throws IOException {
        this(folder, hostMebibytes, diskBytes, indexLimit, log -> log);
    }

    /** As above, with something between the store and its log. */
    DiskFixture(Path folder, int hostMebibytes, long diskBytes, long indexLimit, UnaryOperator<ValueLog> around)
            throws IOException {
        this(folder, hostMebibytes, diskBytes, indexLimit, around, null);
    }

    /** As above, with memory that outlives the process, too, in a folder. */
    DiskFixture(
            Path folder,
            int hostMebibytes,
            long diskBytes,
            long indexLimit,
            UnaryOperator<ValueLog> around,
            @Nullable Path memoryFolder)
            throws IOException {
        this(folder, hostMebibytes, diskBytes, indexLimit, around, memoryFolder, Tenants.NONE);
    }

    /** One with tenants that have quotas. */
    DiskFixture(Path folder, int hostMebibytes, long diskBytes, Tenants tenants) throws IOException {
        this(folder, hostMebibytes, diskBytes, 64L * MIB, log -> log, null, tenants);
    }

    private DiskFixture(
            Path folder,
            int hostMebibytes,
            long diskBytes,
            long indexLimit,
            UnaryOperator<ValueLog> around,
            @Nullable Path memoryFolder,
            Tenants tenants)
            throws IOException {
        this.tenants = tenants;
        this.memoryFolder = memoryFolder;
        this.around = around;
        this.folder = folder;
        this.hostMebibytes = hostMebibytes;
        this.diskBytes = diskBytes;
        this.indexLimit = indexLimit;
        this.arena = memory();
        this.store = open();
    }

    private PagedArena memory() throws IOException {
        long bytes = (long) hostMebibytes * MIB;
        if (memoryFolder == null) {
            return new PagedArena(bytes);
        }
        kept = KeptMemory.open(memoryFolder, bytes, "pool");
        return new PagedArena(bytes, kept.backing());
    }

    private BlockStore open() throws IOException {
        log = SegmentLog.open(new LogSettings(folder, diskBytes, "pool"));
        var opened = new BlockStore(
                arena,
                new Steering(List.of(StoreFixture.MP), StoreFixture.SALT_KEY),
                new StoreSettings(
                                StoreFixture.LEASE,
                                indexLimit,
                                () -> System.nanoTime() + passedNanos.get(),
                                () -> Instant.ofEpochMilli(wallMillis.get()))
                        .with(tenants),
                around.apply(log),
                kept == null ? null : kept.table(),
                null);
        opened.listen(changes::add);
        if (opened.kept() != null) {
            opened.kept().start(wanted);
        }
        requireNonNull(opened.disk()).start(PATIENCE, wanted);
        return opened;
    }

    /** The process dies and another one comes: what waited to be written is lost. */
    void dieAndComeBack() throws IOException {
        leave();
        changes.clear();
        arena = memory();
        store = open();
    }

    /** As {@link #dieAndComeBack}, and the next process keeps only some keys. */
    void comeBackWanting(Predicate<byte[]> keys) throws IOException {
        wanted = keys;
        dieAndComeBack();
    }

    private void leave() {
        disk().close();
        arena.close();
        if (kept != null) {
            kept.close();
        }
    }

    StoreDisk disk() {
        return requireNonNull(store.disk());
    }

    void put(String key, byte[] content) {
        put(key, content, PutOptions.PLAIN);
    }

    PutResult put(String key, byte[] content, PutOptions options) {
        try (var builder = store.receive(bytes(key), content.length)) {
            StoreFixture.fill(builder, content);
            return store.put(bytes(key), builder, options);
        }
    }

    /** Stores it, and waits until it is on disk too. */
    void putThrough(String key, byte[] content) {
        put(key, content);
        awaitWritten();
    }

    void awaitWritten() {
        await().atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> disk().waitingBytes() == 0);
    }

    /** Waits until another segment fits: what is to be kept of the one that had to go has been moved. */
    void awaitRoom() {
        await().atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> !log.tight());
    }

    void awaitProven(long values) {
        await().atMost(PATIENCE).until(() -> disk().counters().proven() == values);
    }

    byte @Nullable [] get(String key) {
        var value = store.get(bytes(key));
        if (value == null) {
            return null;
        }
        try {
            return StoreFixture.read(value);
        } finally {
            value.release();
        }
    }

    @Override
    public void close() {
        leave();
    }
}
