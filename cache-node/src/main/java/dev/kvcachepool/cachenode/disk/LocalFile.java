package dev.kvcachepool.cachenode.disk;

import dev.kvcachepool.cachenode.disk.LogFiles.LogFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * One open file. Several buffers are moved by one system call: the JDK has such a call only at a channel's own position,
 * so whoever needs it borrows a channel for himself. Thread-safe.
 */
final class LocalFile implements LogFile {
    private final Path path;
    private final Set<OpenOption> options;
    private final FileChannel first;
    /** Opened when all others were in use, and kept: as many as there were ever users at a time. */
    private final Queue<FileChannel> idle = new ConcurrentLinkedQueue<>();

    /**
     * A file that is open.
     *
     * @param path for opening it again
     * @param options for opening it again
     * @param first closed with this
     */
    LocalFile(Path path, Set<OpenOption> options, FileChannel first) {
        this.path = path;
        this.options = options;
        this.first = first;
    }

    @Override
    public long size() throws IOException {
        return first.size();
    }

    @Override
    public void truncate(long bytes) throws IOException {
        first.truncate(bytes);
    }

    @Override
    public void write(long offset, ByteBuffer... from) throws IOException {
        var channel = from.length > 1 ? borrow() : null;
        if (channel == null) {
            writeSingly(offset, from);
            return;
        }
        try {
            channel.position(offset);
            for (int next = nextOf(from, 0); next < from.length; next = nextOf(from, next)) {
                requireSome(channel.write(from, next, from.length - next));
            }
        } finally {
            idle.add(channel);
        }
    }

    private void writeSingly(long offset, ByteBuffer... from) throws IOException {
        long at = offset;
        for (var buffer : from) {
            while (buffer.hasRemaining()) {
                int written = first.write(buffer, at);
                requireSome(written);
                at += written;
            }
        }
    }

    private static void requireSome(long written) throws EOFException {
        if (written <= 0) {
            throw new EOFException("the disk took " + written + " bytes");
        }
    }

    @Override
    public boolean read(long offset, ByteBuffer... into) throws IOException {
        var channel = into.length > 1 ? borrow() : null;
        if (channel == null) {
            return readSingly(offset, into);
        }
        try {
            channel.position(offset);
            for (int next = nextOf(into, 0); next < into.length; next = nextOf(into, next)) {
                if (channel.read(into, next, into.length - next) <= 0) {
                    return false;
                }
            }
            return true;
        } finally {
            idle.add(channel);
        }
    }

    private boolean readSingly(long offset, ByteBuffer... into) throws IOException {
        long at = offset;
        for (var buffer : into) {
            while (buffer.hasRemaining()) {
                int read = first.read(buffer, at);
                if (read <= 0) {
                    return false;
                }
                at += read;
            }
        }
        return true;
    }

    /** The first buffer from {@code index} on that something is left of. */
    private static int nextOf(ByteBuffer[] buffers, int index) {
        int next = index;
        while (next < buffers.length && !buffers[next].hasRemaining()) {
            next++;
        }
        return next;
    }

    /** A channel of the caller's own; null where none can be opened: the file is deleted, say. */
    private @Nullable FileChannel borrow() {
        var channel = idle.poll();
        if (channel != null) {
            return channel;
        }
        try {
            return FileChannel.open(path, options);
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public void close() {
        closeQuietly(first);
        idle.forEach(LocalFile::closeQuietly);
    }

    static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // Its descriptor is gone either way.
        }
    }
}
