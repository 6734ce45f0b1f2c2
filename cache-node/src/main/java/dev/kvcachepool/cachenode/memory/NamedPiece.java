package dev.kvcachepool.cachenode.memory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A file with a name, mapped; others may be passed a descriptor for reading only. Thread-safe. */
record NamedPiece(int descriptor, boolean isKept, MappedPiece mapping) implements Backing.Piece {
    private static final int OWNER_ONLY = 0600;

    /** Maps a file over reserved addresses. */
    @FunctionalInterface
    interface Mapper {
        /**
         * Maps all of it, for reading and writing.
         *
         * @throws OutOfMemoryError when the system refuses
         */
        void map(long address, long bytes, int file);
    }

    /** A file that an earlier process left. */
    static NamedPiece kept(Path path, long bytes, Mapper mapper) throws IOException {
        return map(path, SystemCalls.O_READ_WRITE, bytes, true, mapper);
    }

    /** A new file of so many bytes. */
    static NamedPiece fresh(Path path, long bytes, Mapper mapper) throws IOException {
        return map(path, SystemCalls.O_NEW, bytes, false, mapper);
    }

    private static NamedPiece map(Path path, int flags, long bytes, boolean kept, Mapper mapper) throws IOException {
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
            try {
                mapper.map(address, bytes, writing);
            } catch (OutOfMemoryError e) {
                SystemCalls.unmap(address, bytes);
                throw e;
            }
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
