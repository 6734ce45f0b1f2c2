package dev.kvcachepool.cachenode.share;

import dev.kvcachepool.cachenode.memory.PagedArena;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a node lets clients on its host read in its GPU's memory: as {@link SharedMemory}, but the device may be lost, and
 * another one come. Thread-safe. Connections that had leases on a lost one are ended.
 */
public final class SharedGpu {
    private final Supplier<@Nullable PagedArena> arenas;
    private final Supplier<@Nullable String> uuids;
    private final Duration longest;
    private final LongSupplier nanoClock;
    private final LongAdder givenBefore = new LongAdder();
    private final LongAdder refusedBefore = new LongAdder();
    private @Nullable SharedMemory memory;
    private @Nullable PagedArena arena;

    /**
     * Of whichever device is in use.
     *
     * @param arenas its memory, null while there is none
     * @param uuids by which clients find it, null while there is none
     * @param longest how long a lease may last
     * @param nanoClock monotonic
     */
    public SharedGpu(
            Supplier<@Nullable PagedArena> arenas,
            Supplier<@Nullable String> uuids,
            Duration longest,
            LongSupplier nanoClock) {
        this.arenas = arenas;
        this.uuids = uuids;
        this.longest = longest;
        this.nanoClock = nanoClock;
    }

    /** The memory of the device in use, shared; null while there is none. */
    synchronized @Nullable SharedMemory current() {
        var next = arenas.get();
        if (next != arena) {
            if (memory != null) {
                givenBefore.add(memory.given());
                refusedBefore.add(memory.refused());
            }
            arena = next;
            memory = next == null ? null : new SharedMemory(next, longest, nanoClock);
        }
        return memory;
    }

    /** By which a client finds the device in use; null while there is none. */
    public @Nullable String uuid() {
        return uuids.get();
    }

    /** As {@link SharedMemory#openDescriptor}. */
    public int openDescriptor(String token) {
        var now = current();
        return now == null ? -1 : now.openDescriptor(token);
    }

    void tidy() {
        var now = current();
        if (now != null) {
            now.tidy();
        }
    }

    /** Bytes of the device's memory that leases hold. */
    public long heldBytes() {
        var now = current();
        return now == null ? 0 : now.heldBytes();
    }

    /** Leases given since the start. */
    public long given() {
        var now = current();
        return givenBefore.sum() + (now == null ? 0 : now.given());
    }

    /** Leases refused since the start, as there was no room for more. */
    public long refused() {
        var now = current();
        return refusedBefore.sum() + (now == null ? 0 : now.refused());
    }
}
