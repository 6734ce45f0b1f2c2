package dev.kvcachepool.cachenode.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;

/**
 * Files that fail: by a switch, or now and then by a seeded chance. A write that fails may have been done in part, as on a
 * real disk. Thread-safe.
 */
final class FaultyFiles implements LogFiles {
    private final LogFiles files;
    private final Random random;
    private volatile Fault fault = Fault.NONE;
    private volatile double chance;

    /** What goes wrong with every operation that it concerns. */
    enum Fault {
        NONE,
        /** Nothing more fits: new files and bytes beyond a file's end are refused. */
        NO_SPACE,
        /** Every change is refused, as after a remount. */
        READ_ONLY,
        /** Every write fails, half done. */
        WRITE_ERROR,
        READ_ERROR,
        /** Reads end early and say that all is well with the file. */
        SHORT_READ
    }

    FaultyFiles(LogFiles files, long seed) {
        this.files = files;
        this.random = new Random(seed);
    }

    void set(Fault next) {
        fault = next;
    }

    /** From now on an operation fails with this probability, whatever the switch says. */
    void setChance(double next) {
        chance = next;
    }

    private synchronized boolean strikes() {
        return random.nextDouble() < chance;
    }

    private synchronized int part(int of) {
        return random.nextInt(of + 1);
    }

    private void change(boolean grows) throws IOException {
        if (fault == Fault.READ_ONLY) {
            throw new IOException("Read-only file system");
        }
        if (fault == Fault.NO_SPACE && grows) {
            throw new IOException("No space left on device");
        }
    }

    @Override
    public boolean direct() {
        return files.direct();
    }

    @Override
    public List<String> names() throws IOException {
        return files.names();
    }

    @Override
    public LogFile create(String name, long bytes) throws IOException {
        change(true);
        if (strikes()) {
            throw new IOException("Input/output error");
        }
        return new Open(files.create(name, bytes));
    }

    @Override
    public LogFile open(String name) throws IOException {
        return new Open(files.open(name));
    }

    @Override
    public void delete(String name) throws IOException {
        change(false);
        if (strikes()) {
            throw new IOException("Input/output error");
        }
        files.delete(name);
    }

    @Override
    public void close() {
        files.close();
    }

    private final class Open implements LogFile {
        private final LogFile file;

        Open(LogFile file) {
            this.file = file;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void truncate(long bytes) throws IOException {
            change(false);
            if (strikes()) {
                throw new IOException("Input/output error");
            }
            file.truncate(bytes);
        }

        @Override
        public void write(long offset, ByteBuffer... from) throws IOException {
            long bytes = 0;
            for (var buffer : from) {
                bytes += buffer.remaining();
            }
            change(offset + bytes > file.size());
            if (fault == Fault.WRITE_ERROR || strikes()) {
                tear(offset, from);
                throw new IOException("Input/output error");
            }
            file.write(offset, from);
        }

        /** Some of the blocks arrive, in order. */
        private void tear(long offset, ByteBuffer... from) throws IOException {
            int whole = part(from.length);
            for (int i = 0; i < Math.min(whole, from.length); i++) {
                int length = from[i].remaining();
                file.write(offset, from[i]);
                offset += length;
            }
        }

        @Override
        public boolean read(long offset, ByteBuffer... into) throws IOException {
            if (fault == Fault.READ_ERROR || strikes()) {
                throw new IOException("Input/output error");
            }
            return fault != Fault.SHORT_READ && file.read(offset, into);
        }

        @Override
        public void close() {
            file.close();
        }
    }
}
