package dev.kvcachepool.cachenode.memory;

import java.nio.ByteBuffer;

/** What an arena's memory is made of. Thread-safe. */
public interface Backing {

    /** Memory of this process alone, in huge pages where the system allows them. */
    static Backing anonymous() {
        return AnonymousMemory::map;
    }

    /** Files in memory that other processes can be given to map, and to read only; sealed against everything else. */
    static Backing files() {
        return MemoryFile::map;
    }

    /**
     * Maps memory that takes room only as it is written.
     *
     * @param bytes whole pages of the arena, 1 GiB at most
     * @throws OutOfMemoryError when the system refuses
     */
    Piece map(long bytes);

    /** Memory that is mapped until it is closed. */
    interface Piece extends AutoCloseable {

        /** All of it; the owner takes views, and touches none of them any more once it is closed. */
        ByteBuffer buffer();

        /** The file's descriptor, open as long as this is; negative where other processes can't be shown it. */
        int descriptor();

        /**
         * Asks for a huge page in place of small ones, which takes about 2 ms.
         *
         * @param offset of a page of the arena
         * @return false where the system refuses
         */
        boolean collapse(long offset);

        /** Unmaps it. */
        @Override
        void close();
    }
}
