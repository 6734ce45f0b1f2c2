package dev.kvcachepool.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder in memory for a node's values; removed, with the files in it, when it is closed. */
public record MemoryFolder(Path path) implements AutoCloseable {

    /** A node's memory there is best 32 MiB: containers often have no more than 64 for all such folders. */
    public static MemoryFolder make() throws IOException {
        return new MemoryFolder(Files.createTempDirectory(Path.of("/dev/shm"), "kvcachepool"));
    }

    @Override
    public String toString() {
        return path.toString();
    }

    @Override
    public void close() throws IOException {
        try (var files = Files.newDirectoryStream(path)) {
            for (var file : files) {
                Files.delete(file);
            }
        }
        Files.delete(path);
    }
}
