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
 * <p>Such files can't be sealed. Who is passed one gets a descriptor for reading only, and could open the file anew for
 * writing only as the node's own user. Thread-safe.
 */
final class NamedFiles implements Backing {
    private final Path folder;
    private final Set<Integer> mapped = new HashSet<>();

    NamedFiles(Path folder) {
        this.folder = folder;
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
                return NamedPiece.kept(path, bytes, SystemCalls::mapFile);
            }
            // As long as it shall be from the moment that it has its name.
            var fresh = folder.resolve(name(slice) + ".new");
            Files.deleteIfExists(fresh);
            var piece = NamedPiece.fresh(fresh, bytes, SystemCalls::mapFile);
            try {
                Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                piece.close();
                throw e;
            }
            return piece;
        } catch (IOException e) {
            throw (OutOfMemoryError)
                    new OutOfMemoryError("'" + path + "' can't be made: " + e.getMessage()).initCause(e);
        }
    }
}
