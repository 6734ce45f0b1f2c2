package dev.kvcachepool.cachenode.memory;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;

/**
 * Memory that costs nothing until it is written: {@code mmap} rather than {@link Arena#allocate}, which writes zeros
 * and so makes the whole tier resident at the start. Huge pages are asked for, and done without where refused.
 */
final class AnonymousMemory {
    private AnonymousMemory() {}

    static Backing.Piece map(long bytes) {
        if (!SystemCalls.LINUX) {
            return new Allocated(bytes);
        }
        long address = SystemCalls.reserve(bytes, PagedArena.PAGE_BYTES);
        SystemCalls.mapAnonymous(address, bytes);
        boolean ignored = SystemCalls.advise(address, bytes, MappedPiece.MADV_HUGEPAGE);
        return new MappedPiece(address, bytes, () -> {});
    }

    /** What there is elsewhere. */
    private record Allocated(Arena arena, ByteBuffer buffer) implements Backing.Piece {
        Allocated(long bytes) {
            this(Arena.ofShared(), bytes);
        }

        private Allocated(Arena arena, long bytes) {
            this(arena, arena.allocate(bytes, PagedArena.PAGE_BYTES).asByteBuffer());
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
            return false;
        }

        @Override
        public void close() {
            arena.close();
        }
    }
}
