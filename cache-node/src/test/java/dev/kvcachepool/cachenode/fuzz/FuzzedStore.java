package dev.kvcachepool.cachenode.fuzz;

import com.sun.management.ThreadMXBean;
import dev.kvcachepool.cachenode.memory.Backing;
import dev.kvcachepool.cachenode.memory.PagedArena;
import dev.kvcachepool.cachenode.net.MemoryChannel;
import dev.kvcachepool.cachenode.net.Protocol;
import dev.kvcachepool.cachenode.net.ProtocolCounters;
import dev.kvcachepool.cachenode.net.Wire;
import dev.kvcachepool.cachenode.share.SharedMemory;
import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.cachenode.store.Steering;
import dev.kvcachepool.cachenode.store.StoreSettings;
import dev.kvcachepool.prefixadvert.hash.HashScheme;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** A small store under a protocol that is fed anything, and what must hold afterwards. Used by one thread. */
public final class FuzzedStore {
    /** Enough for tenants to be told apart. */
    private static final long ARENA_BYTES = 32 << 20;
    /** What a run may take of the heap, however large the values are that it speaks of. */
    private static final long MOST_ALLOCATED = 64 << 20;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final PagedArena arena = new PagedArena(ARENA_BYTES, Backing.files());
    /** Its memory, which clients may lease. */
    public final SharedMemory shared = new SharedMemory(arena, Duration.ofSeconds(60), System::nanoTime);

    /** What the protocol serves. */
    public final BlockStore store = new BlockStore(
            arena,
            new Steering(
                    List.of(new ModelSpec("m", HashScheme.LMCACHE_BLAKE3.id(), 256, List.of(0))), new SaltKey("fuzz")),
            StoreSettings.of(Duration.ofSeconds(30), 1 << 20, Duration.ZERO));

    /** What the protocol's own oracle says of the replies. */
    @FunctionalInterface
    public interface Replies {
        /** Fails when they are not well-formed; {@code cut} when the connection ended within a request. */
        void check(MemoryChannel channel, boolean cut);
    }

    /**
     * Serves one client that sends {@code data} and ends.
     *
     * @param data the bytes of the connection behind one that says how many bytes a read gets at most
     */
    public void run(byte[] data, ProtocolCounters counters, Protocol protocol, Replies replies) {
        if (data.length == 0) {
            return;
        }
        // Classes are loaded, and instrumented, by whoever comes first.
        if (serve(data, counters, protocol, replies) > MOST_ALLOCATED) {
            long allocated = serve(data, counters, protocol, replies);
            require(allocated <= MOST_ALLOCATED, "a run of " + data.length + " bytes allocated " + allocated);
        }
    }

    /** Bytes of heap that it took. */
    private long serve(byte[] data, ProtocolCounters counters, Protocol protocol, Replies replies) {
        var channel = new MemoryChannel(Arrays.copyOfRange(data, 1, data.length), 1 + (data[0] & 0xff) * 64);
        long errors = counters.protocolErrors();
        long before = THREADS.getCurrentThreadAllocatedBytes();
        boolean cut = false;
        try {
            protocol.serve(new Wire(channel, counters, Duration.ofSeconds(60), System::nanoTime), 1);
        } catch (EOFException e) {
            cut = true;
        } catch (IOException e) {
            throw new AssertionError("a client in memory does not fail", e);
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        replies.check(channel, cut || counters.protocolErrors() > errors);
        require(store.tier().inFlightBytes() == 0, "memory is still taken by values on their way");
        store.clear();
        require(arena.usedBytes() == 0, "memory is still taken by values that are gone");
        require(store.tier().indexBytes() == 0, "the index is still charged for keys that are gone");
        return allocated;
    }

    /** Fails with a finding. */
    public static void require(boolean truth, String otherwise) {
        if (!truth) {
            throw new AssertionError(otherwise);
        }
    }
}
