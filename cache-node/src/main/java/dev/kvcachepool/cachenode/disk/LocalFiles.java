package dev.kvcachepool.cachenode.disk;

import dev.kvcachepool.cachenode.folder.LockedFolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Files of a folder on this machine, past the page cache where the file system lets them ({@code O_DIRECT}); tmpfs and a
 * few others don't. Thread-safe. A thread that is interrupted in a call closes the file for all: nobody may interrupt
 * threads that are in here.
 */
final class LocalFiles implements LogFiles {
    private final Path folder;
    private final LockedFolder lock;
    private final boolean direct;

    /** The files of a folder, which is given up with this. */
    LocalFiles(LockedFolder lock) {
        this.folder = lock.path();
        this.lock = lock;
        this.direct = takesDirect(folder);
    }

    /**
     * By name: the JDK exports and documents {@code jdk.unsupported/com.sun.nio.file}, and the compiler has a warning for
     * it that nothing can suppress.
     */
    private static OpenOption directOption() {
        try {
            var type = Class.forName("com.sun.nio.file.ExtendedOpenOption");
            return Arrays.stream(type.getEnumConstants())
                    .filter(constant -> constant.toString().equals("DIRECT"))
                    .map(OpenOption.class::cast)
                    .findFirst()
                    .orElseThrow(() -> new UnsupportedOperationException("no DIRECT"));
        } catch (ClassNotFoundException e) {
            throw new UnsupportedOperationException("no direct I/O in this JDK", e);
        }
    }

    private static boolean takesDirect(Path folder) {
        var probe = folder.resolve(".direct");
        try (var _ = FileChannel.open(probe, StandardOpenOption.CREATE, StandardOpenOption.WRITE, directOption())) {
            return true;
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        } finally {
            try {
                Files.deleteIfExists(probe);
            } catch (IOException e) {
                // An empty file that is in nobody's way.
            }
        }
    }

    @Override
    public boolean direct() {
        return direct;
    }

    @Override
    public List<String> names() throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Override
    public LogFile create(String name, long bytes) throws IOException {
        var file = channel(name, StandardOpenOption.CREATE_NEW);
        if (!SetAside.room(folder.resolve(name), bytes)) {
            file.truncate(0);
        }
        return file;
    }

    @Override
    public LogFile open(String name) throws IOException {
        return channel(name);
    }

    private LogFile channel(String name, OpenOption... more) throws IOException {
        var options = new HashSet<OpenOption>(Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE));
        options.addAll(List.of(more));
        if (direct) {
            options.add(directOption());
        }
        var path = folder.resolve(name);
        var first = FileChannel.open(path, options);
        options.remove(StandardOpenOption.CREATE_NEW);
        return new LocalFile(path, Set.copyOf(options), first);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(folder.resolve(name));
    }

    @Override
    public void close() {
        lock.close();
    }
}
