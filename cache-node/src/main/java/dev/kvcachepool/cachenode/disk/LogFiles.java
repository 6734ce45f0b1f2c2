package dev.kvcachepool.cachenode.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** The files of a log's folder. Thread-safe; what a disk refuses is an {@link IOException}. */
public interface LogFiles extends AutoCloseable {

    /** Whether reads and writes go past the system's cache. */
    boolean direct();

    /** Names of all files there. */
    List<String> names() throws IOException;

    /**
     * Makes a file that must not be there.
     *
     * @param bytes that it will come to at most. Where the file system can, they are set aside at once and read as
     *     zeros: only so can it write to several places of a file at a time
     */
    LogFile create(String name, long bytes) throws IOException;

    /** Opens a file for reading and for writing within it. */
    LogFile open(String name) throws IOException;

    /** Removes a file; one that is gone already is fine. Who has it open reads on. */
    void delete(String name) throws IOException;

    /** Leaves the folder to others. */
    @Override
    void close();

    /** One open file. Positional reads and writes are thread-safe; all offsets and lengths are whole blocks. */
    interface LogFile extends AutoCloseable {
        long size() throws IOException;

        /** Ends the file after {@code bytes}, if it is longer. */
        void truncate(long bytes) throws IOException;

        /** Writes all of {@code from} at {@code offset}. */
        void write(long offset, ByteBuffer... from) throws IOException;

        /** Reads until {@code into} is full; false when the file ends before. */
        boolean read(long offset, ByteBuffer... into) throws IOException;

        @Override
        void close();
    }
}
