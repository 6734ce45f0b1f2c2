package dev.kvcachepool.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A pool's Secret as a kubelet mounts it: files are links through one link, which is moved when the content changes. */
final class MountedSecret {
    private final Path folder;
    private String users;
    private String poolPasswords;
    private int generation;

    MountedSecret(Path folder, String users, String poolPasswords) {
        this.folder = folder;
        this.users = users;
        this.poolPasswords = poolPasswords;
        try {
            publish();
            for (var key : new String[] {"users.yaml", "pool-password"}) {
                Files.createSymbolicLink(folder.resolve(key), Path.of("..data", key));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void users(String text) throws IOException {
        users = text;
        publish();
    }

    void poolPasswords(String text) throws IOException {
        poolPasswords = text;
        publish();
    }

    private void publish() throws IOException {
        var next = Files.createDirectory(folder.resolve("..generation-" + generation++));
        Files.writeString(next.resolve("users.yaml"), users);
        Files.writeString(next.resolve("pool-password"), poolPasswords);
        var link = Files.createSymbolicLink(folder.resolve("..data_tmp"), next.getFileName());
        Files.move(link, folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    String usersFile() {
        return folder.resolve("users.yaml").toString();
    }

    String poolPasswordFile() {
        return folder.resolve("pool-password").toString();
    }
}
