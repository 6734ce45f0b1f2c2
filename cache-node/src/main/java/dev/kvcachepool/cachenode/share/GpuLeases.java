package dev.kvcachepool.cachenode.share;

import dev.kvcachepool.cachenode.memory.Value;
import org.jspecify.annotations.Nullable;

/** The leases of one connection on the GPU, which end with it, and it with the device. Owned by the connection's thread. */
public final class GpuLeases implements AutoCloseable {
    private final SharedGpu gpu;
    private final Runnable hangUp;
    private @Nullable SharedMemory memory;
    private @Nullable ClientLeases leases;

    GpuLeases(SharedGpu gpu, Runnable hangUp) {
        this.gpu = gpu;
        this.hangUp = hangUp;
    }

    /** By which the client finds the device; null while there is none. */
    public @Nullable String uuid() {
        return gpu.uuid();
    }

    /**
     * As {@link ClientLeases#lease}; also null where the device on which this connection has leases is lost, and then the
     * connection ends.
     */
    public @Nullable Lease lease(Value value) throws NoRoomException {
        var now = gpu.current();
        if (leases == null && now != null) {
            memory = now;
            leases = now.open(hangUp);
        }
        if (now == null || now != memory || leases == null) {
            if (leases != null) {
                hangUp.run();
            }
            return null;
        }
        return leases.lease(value);
    }

    /** Ends a lease; false when there is none of that number, or none any more. */
    public boolean release(long id) {
        return leases != null && leases.release(id);
    }

    @Override
    public void close() {
        if (leases != null) {
            leases.close();
        }
    }
}
