package dev.kvcachepool.cachenode.memory;

import java.nio.ByteBuffer;
import java.nio.file.Path;

/** What an arena's memory is made of. Thread-safe. */
public interface Backing {

    /** Memory of this process alone, in huge pages where the system allows them. */
    static Backing anonymous() {
        return (_, bytes) -> AnonymousMemory.map(bytes);
    }

    /** Files in memory that other processes can be given to map, and to read only; sealed against everything else. */
    static Backing files() {
        return (_, bytes) -> MemoryFile.map(bytes);
    }

    /** Files with a name, that a later process finds again; in a folder in memory that nobody else writes. */
    static Backing named(Path folder) {
        return NamedFiles.ofSmallPages(folder);
    }

    /**
     * The same in a folder of huge pages (hugetlbfs), all of which a mapping takes at once: none is missing when it is written.
     *
     * <p>Source: hugetlbpage.rst of Linux' documentation, on reservations.
     */
    static Backing huge(Path folder) {
        return NamedFiles.ofHugePages(folder);
    }

    /**
     * Maps memory that takes room only as it is written, but for {@link #huge} ones.
     *
     * @param slice of the arena, whose memory this becomes in place of any before
     * @param bytes whole pages of the arena, 1 GiB at most
     * @throws OutOfMemoryError when the system refuses
     */
    Piece map(int slice, long bytes);

    /** Memory that is mapped until it is closed. */
    interface Piece extends AutoCloseable {

        /** All of it; the owner takes views, and touches none of them any more once it is closed. */
        ByteBuffer buffer();

        /** The file's descriptor, open as long as this is; negative where other processes can't be shown it. */
        int descriptor();

        /** Whether it holds what an earlier process left there. */
        boolean isKept();

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
