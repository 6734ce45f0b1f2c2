package dev.kvcachepool.cachenode.gpu;

import dev.kvcachepool.cachenode.memory.Backing;
import java.nio.ByteBuffer;
import jcuda.driver.CUdeviceptr;

/**
 * One allocation of a device's memory, mapped for the device and exported as a file descriptor. Thread-safe. Processes that
 * were passed the descriptor keep its memory alive after it is closed here.
 */
final class DevicePiece implements Backing.Piece {
    private static final int NONE = -1;

    private final CUdeviceptr address;
    private final long bytes;
    private int descriptor;

    private DevicePiece(CUdeviceptr address, long bytes, int descriptor) {
        this.address = address;
        this.bytes = bytes;
        this.descriptor = descriptor;
    }

    /** Allocates; whole pages of the device. */
    static DevicePiece allocate(long bytes, int device) throws GpuException {
        var handle = Cuda.create(bytes, device);
        try {
            return map(handle, bytes, device);
        } finally {
            Cuda.release(handle);
        }
    }

    private static DevicePiece map(Handle handle, long bytes, int device) throws GpuException {
        var address = Cuda.reserve(bytes);
        try {
            Cuda.map(address, bytes, handle, device);
            return new DevicePiece(address, bytes, Descriptors.export(handle));
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
    public synchronized int descriptor() {
        return descriptor;
    }

    @Override
    public boolean isKept() {
        return false;
    }

    @Override
    public boolean collapse(long offset) {
        return false;
    }

    @Override
    public synchronized void close() {
        if (descriptor != NONE) {
            Descriptors.close(descriptor);
            descriptor = NONE;
            Cuda.unmap(address, bytes);
            Cuda.free(address, bytes);
        }
    }
}
