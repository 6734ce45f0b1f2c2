package dev.kvcachepool.cachenode.disk;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;

/** Files in memory: what a process leaves is there for the next one. Thread-safe. */
final class MemoryFiles implements LogFiles {
    private final Map<String, Content> files = new ConcurrentSkipListMap<>();
    private final boolean setsAside;
    private volatile long room = Long.MAX_VALUE;

    /** Files that grow as they are written. */
    MemoryFiles() {
        this(false);
    }

    /** Files whose room is set aside as they are made, or not. */
    MemoryFiles(boolean setsAside) {
        this.setsAside = setsAside;
    }

    /** Bytes of a file, for a test to look at and to harm. Guarded by itself. */
    static final class Content {
        private byte[] bytes = new byte[0];

        synchronized byte[] bytes() {
            return bytes.clone();
        }

        synchronized void set(byte[] next) {
            bytes = next.clone();
        }

        private synchronized int length() {
            return bytes.length;
        }

        private synchronized void truncate(long length) {
            if (length < bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) length);
            }
        }

        private synchronized void write(long offset, ByteBuffer from) {
            int at = Math.toIntExact(offset);
            int length = from.remaining();
            if (at + length > bytes.length) {
                bytes = Arrays.copyOf(bytes, at + length);
            }
            from.get(bytes, at, length);
        }

        private synchronized boolean read(long offset, ByteBuffer into) {
            int at = Math.toIntExact(offset);
            int some = Math.clamp((long) bytes.length - at, 0, into.remaining());
            into.put(bytes, Math.min(at, bytes.length), some);
            return !into.hasRemaining();
        }
    }

    Map<String, Content> files() {
        return files;
    }

    /** A disk of so many bytes from now on. */
    void setRoom(long bytes) {
        room = bytes;
    }

    private void requireRoom(long more) throws IOException {
        long used = files.values().stream().mapToLong(Content::length).sum();
        if (used + more > room) {
            throw new IOException("No space left on device");
        }
    }

    @Override
    public boolean direct() {
        return false;
    }

    @Override
    public List<String> names() {
        return List.copyOf(files.keySet());
    }

    @Override
    public LogFile create(String name, long bytes) throws IOException {
        if (files.putIfAbsent(name, new Content()) != null) {
            throw new FileAlreadyExistsException(name);
        }
        if (setsAside) {
            requireRoom(bytes);
            Objects.requireNonNull(files.get(name)).set(new byte[Math.toIntExact(bytes)]);
        }
        return open(name);
    }

    @Override
    public LogFile open(String name) throws IOException {
        var content = files.get(name);
        if (content == null) {
            throw new FileNotFoundException(name);
        }
        return new Open(this, content);
    }

    @Override
    public void delete(String name) {
        files.remove(name);
    }

    @Override
    public void close() {
        // Nothing is held.
    }

    /** Goes on working when the file is deleted, as a file does that is open. */
    private record Open(MemoryFiles disk, Content content) implements LogFile {
        @Override
        public long size() {
            return content.length();
        }

        @Override
        public void truncate(long bytes) {
            content.truncate(bytes);
        }

        @Override
        public void write(long offset, ByteBuffer... from) throws IOException {
            long at = offset;
            for (var buffer : from) {
                int length = buffer.remaining();
                disk.requireRoom(Math.max(0, at + length - content.length()));
                content.write(at, buffer);
                at += length;
            }
        }

        @Override
        public boolean read(long offset, ByteBuffer... into) {
            long at = offset;
            for (var buffer : into) {
                int length = buffer.remaining();
                if (!content.read(at, buffer)) {
                    return false;
                }
                at += length;
            }
            return true;
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }
}
