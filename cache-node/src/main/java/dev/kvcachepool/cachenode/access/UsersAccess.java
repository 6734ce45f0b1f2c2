package dev.kvcachepool.cachenode.access;

import dev.kvcachepool.commandline.secret.NodeLogin;
import dev.kvcachepool.commandline.secret.PoolPasswords;
import dev.kvcachepool.commandline.secret.WatchedFile;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * For users by name, of a file that may change at any time. A user is looked up by name for each command, so that what
 * changed holds from the next one on: a user who is gone is let do nothing any more, but who is in stays in when only a
 * password is gone. Besides them the pool's own programs are let in by the pool's passwords, as a user whom no file has.
 */
public final class UsersAccess implements Access {
    /** The flag that names the file. */
    public static final String FLAG = "--users-file";

    private static final User POOL = User.ofPool(PoolPasswords.USER);

    private final AccessCounters counters = new AccessCounters();
    private final WatchedFile<Users> users;
    private final PoolPasswords pool;

    /**
     * Reads both files; they are followed by who watches {@link #files}.
     *
     * @throws IllegalArgumentException with a line for the user
     */
    public UsersAccess(Path usersFile, Path poolPasswordFile) {
        this.users = new WatchedFile<>(FLAG, usersFile, UsersFile.MAX_BYTES, UsersFile::parse);
        this.pool = new PoolPasswords(poolPasswordFile);
    }

    @Override
    public @Nullable User newcomer() {
        return null;
    }

    @Override
    public @Nullable User login(String name, byte[] password) {
        var user =
                name.equals(POOL.name()) ? poolLogin(password) : users.value().login(name, password);
        if (user == null) {
            counters.loginRefused();
        }
        return user;
    }

    private @Nullable User poolLogin(byte[] password) {
        return new Passwords(pool.passwords()).match(password) ? POOL : null;
    }

    @Override
    public @Nullable User now(User user) {
        return user.isOfPool() ? user : users.value().find(user.name());
    }

    @Override
    public AccessCounters counters() {
        return counters;
    }

    @Override
    public NodeLogin peers() {
        return pool;
    }

    /** The users' file and that of the pool's passwords. */
    @Override
    public List<WatchedFile<?>> files() {
        return List.of(users, pool.file());
    }

    /** How many there are, the pool's own programs aside. */
    public int users() {
        return users.value().count();
    }

    @Override
    public String toString() {
        return "UsersAccess[" + users() + "]";
    }
}
