package dev.kvcachepool.cachenode.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.Set;

/**
 * Memory that outlives its process: a file for each slice, in a folder that is itself in memory. The first piece of a slice is
 * the file that an earlier process left, if it is as long as it is to be; each further one is a new file in place of it.
 *
 * <p>Of huge pages all that a file needs are set aside as it is mapped, and there are as many as somebody has laid aside for the folder; so
 * the file that a slice had goes before its next one comes.
 *
 * <p>Such files can't be sealed. Who is passed one gets a descriptor for reading only, and could open the file anew for
 * writing only as the node's own user. Thread-safe.
 */
final class NamedFiles implements Backing {
    private final Path folder;
    private final boolean huge;
    private final NamedPiece.Mapper mapper;
    private final Set<Integer> mapped = new HashSet<>();

    private NamedFiles(Path folder, boolean huge) {
        this.folder = folder;
        this.huge = huge;
        this.mapper = huge ? SystemCalls::mapReservedFile : SystemCalls::mapFile;
    }

    /** In a folder of tmpfs. */
    static NamedFiles ofSmallPages(Path folder) {
        return new NamedFiles(folder, false);
    }

    /** In a folder of hugetlbfs. */
    static NamedFiles ofHugePages(Path folder) {
        return new NamedFiles(folder, true);
    }

    /** The name of a slice's file. */
    static String name(int slice) {
        return "slice-" + slice;
    }

    @Override
    public Piece map(int slice, long bytes) {
        boolean first;
        synchronized (mapped) {
            first = mapped.add(slice);
        }
        var path = folder.resolve(name(slice));
        try {
            if (first && Files.isRegularFile(path) && Files.size(path) == bytes) {
                return NamedPiece.kept(path, bytes, mapper);
            }
            if (huge) {
                Files.deleteIfExists(path);
            }
            return fresh(path, bytes);
        } catch (IOException | OutOfMemoryError e) {
            throw (OutOfMemoryError) new OutOfMemoryError("'" + path + "' can't be made: " + e.getMessage()
                            + (huge ? "; are there as many huge pages as the host tier needs?" : ""))
                    .initCause(e);
        }
    }

    /** As long as it shall be from the moment that it has its name. */
    private Piece fresh(Path path, long bytes) throws IOException {
        var making = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(making);
        var piece = NamedPiece.fresh(making, bytes, mapper);
        try {
            Files.move(making, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            piece.close();
            throw e;
        }
        return piece;
    }
}
