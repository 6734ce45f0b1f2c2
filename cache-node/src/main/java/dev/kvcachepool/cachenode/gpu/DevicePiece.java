package dev.kvcachepool.cachenode.gpu;

import dev.kvcachepool.cachenode.memory.Backing;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import jcuda.driver.CUdeviceptr;

/**
 * One allocation of a device's memory, mapped for the device and exported as a file descriptor. Thread-safe. Processes that
 * were passed the descriptor keep its memory alive after it is closed here.
 */
final class DevicePiece implements Backing.Piece {
    private static final int NONE = -1;

    private final CUdeviceptr address;
    private final long bytes;
    private final Consumer<DevicePiece> onClose;
    private final AtomicInteger descriptor;
    private final AtomicBoolean freed = new AtomicBoolean();

    private DevicePiece(CUdeviceptr address, long bytes, int descriptor, Consumer<DevicePiece> onClose) {
        this.address = address;
        this.bytes = bytes;
        this.onClose = onClose;
        this.descriptor = new AtomicInteger(descriptor);
    }

    /**
     * Allocates; whole pages of the device.
     *
     * @param onClose who is to {@link #free} it once it is closed
     */
    static DevicePiece allocate(long bytes, int device, Consumer<DevicePiece> onClose) throws GpuException {
        var handle = Cuda.create(bytes, device);
        try {
            return map(handle, bytes, device, onClose);
        } finally {
            Cuda.release(handle);
        }
    }

    private static DevicePiece map(Handle handle, long bytes, int device, Consumer<DevicePiece> onClose)
            throws GpuException {
        var address = Cuda.reserve(bytes);
        try {
            Cuda.map(address, bytes, handle, device);
            return new DevicePiece(address, bytes, Descriptors.export(handle), onClose);
        } catch (GpuException e) {
            Cuda.unmap(address, bytes);
            Cuda.free(address, bytes);
            throw e;
        }
    }

    /** Where a byte of it lies, for the device. */
    CUdeviceptr at(long offset) {
        return address.withByteOffset(offset);
    }

    /** There is none: the processor does not see this memory. */
    @Override
    public ByteBuffer buffer() {
        throw new UnsupportedOperationException("a GPU's memory has no buffer");
    }

    @Override
    public int descriptor() {
        return descriptor.get();
    }

    @Override
    public boolean isKept() {
        return false;
    }

    @Override
    public boolean collapse(long offset) {
        return false;
    }

    /** The descriptor is passed on no more. */
    void withhold() {
        int open = descriptor.getAndSet(NONE);
        if (open != NONE) {
            Descriptors.close(open);
        }
    }

    /** Gives its memory back, which takes the driver its time; once. */
    void free() {
        withhold();
        if (freed.compareAndSet(false, true)) {
            Cuda.unmap(address, bytes);
            Cuda.free(address, bytes);
        }
    }

    /** Not to be used any more; it is freed soon. */
    @Override
    public void close() {
        withhold();
        onClose.accept(this);
    }
}
