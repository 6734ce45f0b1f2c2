package dev.kvcachepool.bench.servers;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Folders and processes that must not outlive the bench: closing ends and deletes all of them, and so does the end of this
 * JVM, by whatever way but a kill.
 */
public final class Workplace implements Closeable {
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private final List<Path> folders = new CopyOnWriteArrayList<>();
    private final List<ServerProcess> processes = new CopyOnWriteArrayList<>();
    private boolean cleared;
    private final Thread atExit = new Thread(this::clear);

    public Workplace() {
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** A new folder on the disk where temporary files go. */
    public Path folder() throws IOException {
        return kept(Files.createTempDirectory("kvp-bench-"));
    }

    /** A new folder in the given one, which must be there. */
    public Path folderIn(Path parent) throws IOException {
        return kept(Files.createTempDirectory(parent, "kvp-bench-"));
    }

    /** A new folder whose files are memory. */
    public Path memoryFolder() throws IOException {
        return folderIn(SHARED_MEMORY);
    }

    /** Makes a process one of those that end with this. */
    synchronized void keep(ServerProcess process) {
        processes.add(process);
        if (cleared) {
            process.close();
        }
    }

    private Path kept(Path folder) {
        folders.add(folder);
        return folder;
    }

    @Override
    public void close() {
        clear();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The JVM is ending: the hook runs and finds nothing left.
        }
    }

    private synchronized void clear() {
        processes.forEach(ServerProcess::askToEnd);
        processes.forEach(ServerProcess::close);
        processes.clear();
        for (var folder : folders) {
            try {
                Files.walkFileTree(folder, new Deleting());
            } catch (IOException e) {
                System.err.println("not deleted: " + folder + ": " + e);
            }
        }
        folders.clear();
        cleared = true;
    }

    private static final class Deleting extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw e;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) throws IOException {
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
