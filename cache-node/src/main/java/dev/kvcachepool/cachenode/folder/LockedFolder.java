package dev.kvcachepool.cachenode.folder;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** A folder that this process alone uses, until it is closed or the process ends. */
public final class LockedFolder implements AutoCloseable {
    private static final String LOCK = "lock";

    private final Path path;
    private final FileChannel lock;

    private LockedFolder(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Makes the folder where it is not there, and takes it.
     *
     * @throws IOException whose message is a line for the user
     */
    public static LockedFolder take(Path path) throws IOException {
        try {
            Files.createDirectories(path);
        } catch (IOException e) {
            throw new IOException("'" + path + "' is no folder and can't be made one (" + reason(e) + ")", e);
        }
        FileChannel channel;
        try {
            channel = FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException("'" + path + "' can't be written to (" + reason(e) + ")", e);
        }
        if (lock(channel) == null) {
            channel.close();
            throw new IOException("'" + path + "' is in use by another process; each node needs a folder of its own");
        }
        return new LockedFolder(path, channel);
    }

    private static String reason(IOException error) {
        return error.getClass().getSimpleName().replace("Exception", "");
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    public Path path() {
        return path;
    }

    /** Gives the folder up; nothing in it is touched. */
    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            // The lock ends with the process at the latest.
        }
    }
}
