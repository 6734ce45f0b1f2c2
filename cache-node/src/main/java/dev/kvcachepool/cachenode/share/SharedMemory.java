package dev.kvcachepool.cachenode.share;

import dev.kvcachepool.cachenode.memory.PagedArena;
import dev.kvcachepool.cachenode.memory.SharedFile;
import dev.kvcachepool.cachenode.memory.SharedPart;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a node lets clients on its host read in its own memory. Thread-safe.
 *
 * <p>A client leases a key and is told where the value lies: in which files, at which offsets, with which checksum. It gets a
 * file that it has not mapped yet by the file's token, which is told with a lease of a value in that file only; a file holds
 * values of one tenant. A lease ends when it is released, or with its connection. A connection that keeps a lease for too long
 * is ended: what a client has read is good once the lease was released without an error.
 */
public final class SharedMemory {
    /** Part of the memory that leases may hold, as values that are held can't be evicted. */
    private static final int SHARE = 4;

    private static final int TOKEN_BYTES = 16;
    /** Characters of a token. */
    public static final int TOKEN_LENGTH = 2 * TOKEN_BYTES;

    private final PagedArena arena;
    private final long longestNanos;
    private final LongSupplier nanoClock;
    private final @Nullable SharedGpu gpu;
    private final SecureRandom random = new SecureRandom();
    private final Map<SharedFile, String> tokens = new ConcurrentHashMap<>();
    private final Map<String, SharedFile> files = new ConcurrentHashMap<>();
    private final Set<ClientLeases> connections = ConcurrentHashMap.newKeySet();
    private final AtomicLong held = new AtomicLong();
    private final LongAdder given = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder overdue = new LongAdder();

    /**
     * Of an arena.
     *
     * @param longest how long a lease may last
     * @param nanoClock monotonic
     */
    public SharedMemory(PagedArena arena, Duration longest, LongSupplier nanoClock) {
        this(arena, longest, nanoClock, null);
    }

    /** The same, with what clients may read on a GPU beside it. */
    public SharedMemory(PagedArena arena, Duration longest, LongSupplier nanoClock, @Nullable SharedGpu gpu) {
        this.gpu = gpu;
        this.arena = arena;
        this.longestNanos = longest.toNanos();
        this.nanoClock = nanoClock;
    }

    /**
     * For a connection, whose thread closes it.
     *
     * @param hangUp ends the connection, from any thread
     */
    public ClientLeases open(Runnable hangUp) {
        var leases = new ClientLeases(this, hangUp, gpu == null ? null : new GpuLeases(gpu, hangUp));
        connections.add(leases);
        return leases;
    }

    /** The GPU whose memory clients may read too; null without. */
    public @Nullable SharedGpu gpu() {
        return gpu;
    }

    /**
     * A descriptor of the file that a token names, which the caller closes; negative when it names none that a client may be
     * given now.
     */
    public int openDescriptor(String token) {
        var file = files.get(token);
        if (file == null) {
            return gpu == null ? -1 : gpu.openDescriptor(token);
        }
        return arena.openDescriptor(file);
    }

    /** Ends connections that have kept a lease for too long; called now and then. */
    public void tidy() {
        long now = nanoClock.getAsLong();
        for (var leases : connections) {
            if (leases.isOverdue(now, longestNanos)) {
                overdue.increment();
                leases.hangUp();
            }
        }
        if (gpu != null) {
            gpu.tidy();
        }
    }

    /** Bytes of memory that leases hold. */
    public long heldBytes() {
        return held.get();
    }

    /** Leases given since the start. */
    public long given() {
        return given.sum();
    }

    /** Leases refused since the start, as there was no room for more. */
    public long refused() {
        return refused.sum();
    }

    /** Connections ended since the start for keeping a lease too long. */
    public long overdue() {
        return overdue.sum();
    }

    long nanoTime() {
        return nanoClock.getAsLong();
    }

    void charge(long bytes) throws NoRoomException {
        long most = arena.capacityBytes() / SHARE;
        if (held.addAndGet(bytes) > most) {
            held.addAndGet(-bytes);
            refused.increment();
            throw new NoRoomException("leases may hold " + most + " bytes of this node's memory, and do");
        }
        given.increment();
    }

    void discharge(long bytes) {
        held.addAndGet(-bytes);
    }

    void view(SharedFile file) {
        arena.view(file);
    }

    void unview(SharedFile file) {
        arena.unview(file);
    }

    Lease.Part describe(SharedPart part) {
        var file = part.file();
        var known = tokens.get(file);
        var token = known == null ? newToken(file) : known;
        long number = (long) file.generation() << Integer.SIZE | file.slice();
        return new Lease.Part(number, token, arena.bytes(file), part.offset(), part.length());
    }

    private synchronized String newToken(SharedFile file) {
        var known = tokens.get(file);
        if (known != null) {
            return known;
        }
        tokens.keySet().removeIf(old -> old.slice() == file.slice());
        files.values().removeIf(old -> old.slice() == file.slice());
        var bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        var token = HexFormat.of().formatHex(bytes);
        files.put(token, file);
        tokens.put(file, token);
        return token;
    }

    void forget(ClientLeases leases) {
        connections.remove(leases);
    }
}
