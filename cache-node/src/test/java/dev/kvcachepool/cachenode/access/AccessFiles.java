package dev.kvcachepool.cachenode.access;

import dev.kvcachepool.commandline.secret.WatchedFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The two files of a pool with users, and what a node makes of them; looked at when a test says so. */
public final class AccessFiles {
    private final Path users;
    private final Path pool;
    private final UsersAccess access;

    /** In a folder of the test's. */
    public AccessFiles(Path folder, String users, String pool) {
        this.users = folder.resolve("users.yaml");
        this.pool = folder.resolve("pool-password");
        write(this.users, users);
        write(this.pool, pool);
        this.access = new UsersAccess(this.users, this.pool);
    }

    public UsersAccess access() {
        return access;
    }

    /** Changes the users, and has the node look. */
    public WatchedFile.Look users(String text) {
        write(users, text);
        return access.files().getFirst().look();
    }

    /** Changes the pool's passwords, and has the node look. */
    public WatchedFile.Look pool(String text) {
        write(pool, text);
        return access.files().getLast().look();
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
