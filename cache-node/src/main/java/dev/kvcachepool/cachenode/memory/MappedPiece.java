package dev.kvcachepool.cachenode.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** A mapping at known addresses. Thread-safe. */
@SuppressWarnings("restricted") // it gives memory of the system's a Java shape
final class MappedPiece implements Backing.Piece {
    static final int MADV_HUGEPAGE = 14;
    private static final int MADV_COLLAPSE = 25;

    private final Arena arena = Arena.ofShared();
    private final long address;
    private final ByteBuffer buffer;

    /**
     * Over what is mapped already.
     *
     * @param onClose run after it was unmapped
     */
    MappedPiece(long address, long bytes, Runnable onClose) {
        this.address = address;
        this.buffer = MemorySegment.ofAddress(address)
                .reinterpret(bytes, arena, segment -> {
                    SystemCalls.unmap(address, bytes);
                    onClose.run();
                })
                .asByteBuffer();
    }

    @Override
    public ByteBuffer buffer() {
        return buffer;
    }

    @Override
    public int descriptor() {
        return -1;
    }

    @Override
    public boolean isKept() {
        return false;
    }

    @Override
    public boolean collapse(long offset) {
        return SystemCalls.advise(address + offset, PagedArena.PAGE_BYTES, MADV_COLLAPSE);
    }

    @Override
    public void close() {
        arena.close();
    }
}
