package dev.kvcachepool.cachenode.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * Memory in huge pages that outlives its process: as {@link NamedFiles}, in a folder of hugetlbfs. All pages of a file are set aside as
 * it is mapped, and there are as many of them as somebody has laid aside for the folder; so the file that a slice had goes before its next
 * one comes. Thread-safe.
 */
final class HugeFiles implements Backing {
    private final Path folder;
    private final Set<Integer> mapped = new HashSet<>();

    HugeFiles(Path folder) {
        this.folder = folder;
    }

    @Override
    public Piece map(int slice, long bytes) {
        boolean first;
        synchronized (mapped) {
            first = mapped.add(slice);
        }
        var path = folder.resolve(NamedFiles.name(slice));
        try {
            if (first && Files.isRegularFile(path) && Files.size(path) == bytes) {
                return NamedPiece.kept(path, bytes, SystemCalls::mapReservedFile);
            }
            Files.deleteIfExists(path);
            return NamedPiece.fresh(path, bytes, SystemCalls::mapReservedFile);
        } catch (IOException | OutOfMemoryError e) {
            throw (OutOfMemoryError) new OutOfMemoryError("'" + path + "' can't be made of huge pages: "
                            + e.getMessage() + "; are there as many as the host tier needs?")
                    .initCause(e);
        }
    }
}
