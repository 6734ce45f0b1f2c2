package dev.kvcachepool.cachenode.memory;

import java.io.IOException;
import java.nio.ByteBuffer;
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
    private static final int OWNER_ONLY = 0600;

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
                return map(path, SystemCalls.O_READ_WRITE, bytes, true);
            }
            // As long as it shall be from the moment that it has its name.
            var fresh = folder.resolve(name(slice) + ".new");
            Files.deleteIfExists(fresh);
            var piece = map(fresh, SystemCalls.O_NEW, bytes, false);
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

    private static NamedPiece map(Path path, int flags, long bytes, boolean kept) throws IOException {
        int writing = SystemCalls.open(path, flags, OWNER_ONLY);
        if (writing < 0) {
            throw new IOException("'" + path + "' can't be opened");
        }
        int reading = -1;
        try {
            if (!kept && !SystemCalls.setSize(writing, bytes)) {
                throw new OutOfMemoryError("the system refused a file of " + bytes + " bytes in memory");
            }
            reading = SystemCalls.open(path, SystemCalls.O_READ, 0);
            if (reading < 0) {
                throw new IOException("'" + path + "' can't be opened");
            }
            long address = SystemCalls.reserve(bytes, PagedArena.PAGE_BYTES);
            SystemCalls.mapFile(address, bytes, writing);
            int descriptor = reading;
            return new NamedPiece(
                    descriptor, kept, new MappedPiece(address, bytes, () -> SystemCalls.close(descriptor)));
        } catch (IOException | Error e) {
            if (reading >= 0) {
                SystemCalls.close(reading);
            }
            throw e;
        } finally {
            SystemCalls.close(writing);
        }
    }

    private record NamedPiece(int descriptor, boolean isKept, MappedPiece mapping) implements Piece {
        @Override
        public ByteBuffer buffer() {
            return mapping.buffer();
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
}
