package dev.kvcachepool.cachenode.share;

import dev.kvcachepool.cachenode.memory.SharedFile;
import dev.kvcachepool.cachenode.memory.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The leases of one connection, which end with it. Owned by the connection's thread; {@link #isOverdue} is for anyone. */
public final class ClientLeases implements AutoCloseable {
    /** Leases of one connection. */
    public static final int MOST = 4096;

    private final SharedMemory memory;
    private final Runnable hangUp;
    private final @Nullable GpuLeases gpu;
    private final Map<Long, Lease> leases = new LinkedHashMap<>();
    private final Set<SharedFile> known = new HashSet<>();
    private volatile long oldestNanos = Long.MAX_VALUE;
    private long lastId;

    ClientLeases(SharedMemory memory, Runnable hangUp, @Nullable GpuLeases gpu) {
        this.memory = memory;
        this.hangUp = hangUp;
        this.gpu = gpu;
    }

    /** Its leases on the GPU; null where none is shared. */
    public @Nullable GpuLeases gpu() {
        return gpu;
    }

    /**
     * Leases a value.
     *
     * @param value held by the caller; with a lease that hold is the lease's
     * @return null where nobody may be shown it
     * @throws NoRoomException when leases hold all that they may; the hold stays the caller's
     */
    public @Nullable Lease lease(Value value) throws NoRoomException {
        var shared = value.shared();
        if (shared == null) {
            return null;
        }
        if (leases.size() >= MOST) {
            throw new NoRoomException("a connection has " + MOST + " leases, which is all it may have");
        }
        memory.charge(value.allocatedBytes());
        value.countElsewhere();
        var parts = new ArrayList<Lease.Part>(shared.size());
        for (var part : shared) {
            if (known.add(part.file())) {
                memory.view(part.file());
            }
            parts.add(memory.describe(part));
        }
        var lease = new Lease(++lastId, value, List.copyOf(parts), memory.nanoTime());
        leases.put(lease.id(), lease);
        noteOldest();
        return lease;
    }

    /** A lease by its number; null when there is none, or none any more. */
    public @Nullable Lease find(long id) {
        return leases.get(id);
    }

    /** Ends a lease; false when there is none of that number, or none any more. */
    public boolean release(long id) {
        var lease = leases.remove(id);
        if (lease != null) {
            end(lease);
            noteOldest();
        }
        return lease != null;
    }

    private void end(Lease lease) {
        memory.discharge(lease.value().allocatedBytes());
        lease.value().release();
    }

    private void noteOldest() {
        oldestNanos = leases.isEmpty()
                ? Long.MAX_VALUE
                : leases.values().iterator().next().sinceNanos();
    }

    /** Whether a lease is older than {@code nanos}. */
    boolean isOverdue(long now, long nanos) {
        long oldest = oldestNanos;
        return oldest != Long.MAX_VALUE && now - oldest > nanos;
    }

    /** Ends the connection, whose thread then ends the leases. */
    void hangUp() {
        hangUp.run();
    }

    /** Ends all leases; the client's process reads what it has mapped at its own risk from now on. */
    @Override
    public void close() {
        leases.values().forEach(this::end);
        leases.clear();
        known.forEach(memory::unview);
        known.clear();
        memory.forget(this);
        if (gpu != null) {
            gpu.close();
        }
    }
}
