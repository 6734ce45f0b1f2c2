package dev.kvcachepool.cachenode.memory;

import java.nio.ByteBuffer;

/**
 * A file without a name in memory ({@code memfd}). Once this process has mapped it, it is sealed: nobody can resize it or
 * map it for writing any more, so whoever is passed its descriptor can read and nothing else. Thread-safe.
 *
 * <p>Source: memfd_create(2), fcntl(2) on F_SEAL_FUTURE_WRITE (Linux 5.1).
 */
final class MemoryFile implements Backing.Piece {
    private static final int MFD_CLOEXEC_ALLOW_SEALING = 0x0001 | 0x0002;
    private static final int F_ADD_SEALS = 1033;
    private static final int SEAL_SEAL_SHRINK_GROW_FUTURE_WRITE = 0x0001 | 0x0002 | 0x0004 | 0x0010;

    private final int descriptor;
    private final MappedPiece mapping;

    private MemoryFile(int descriptor, MappedPiece mapping) {
        this.descriptor = descriptor;
        this.mapping = mapping;
    }

    static MemoryFile map(long bytes) {
        if (!SystemCalls.LINUX) {
            throw new UnsupportedOperationException("memory can be shared on Linux only");
        }
        int file = SystemCalls.memoryFile("kvcachepool", MFD_CLOEXEC_ALLOW_SEALING);
        if (file < 0) {
            throw new OutOfMemoryError("the system refused a file in memory");
        }
        long address = 0;
        try {
            if (!SystemCalls.setSize(file, bytes)) {
                throw new OutOfMemoryError("the system refused a file of " + bytes + " bytes in memory");
            }
            address = SystemCalls.reserve(bytes, PagedArena.PAGE_BYTES);
            SystemCalls.mapFile(address, bytes, file);
            if (SystemCalls.control(file, F_ADD_SEALS, SEAL_SEAL_SHRINK_GROW_FUTURE_WRITE) < 0) {
                throw new UnsupportedOperationException("memory can't be sealed: Linux 5.1 or later is needed");
            }
            return new MemoryFile(file, new MappedPiece(address, bytes, () -> SystemCalls.close(file)));
        } catch (Error | RuntimeException e) {
            SystemCalls.unmap(address, address == 0 ? 0 : bytes);
            SystemCalls.close(file);
            throw e;
        }
    }

    @Override
    public int descriptor() {
        return descriptor;
    }

    @Override
    public ByteBuffer buffer() {
        return mapping.buffer();
    }

    @Override
    public boolean isKept() {
        return false;
    }

    @Override
    public boolean collapse(long offset) {
        return mapping.collapse(offset);
    }

    @Override
    public void close() {
        mapping.close();
    }
}
