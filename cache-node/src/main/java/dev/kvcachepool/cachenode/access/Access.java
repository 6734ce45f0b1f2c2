package dev.kvcachepool.cachenode.access;

import dev.kvcachepool.commandline.secret.NodeLogin;
import dev.kvcachepool.commandline.secret.WatchedFile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who may use a node: everybody, who knows the one password, or users by name. Thread-safe; never shows a secret. */
public sealed interface Access permits OpenAccess, PasswordAccess, UsersAccess {
    /** Who a client is that has not said so; null where it has to. */
    @Nullable
    User newcomer();

    /** Who has this name and password; null for nobody, which is counted. */
    @Nullable
    User login(String name, byte[] password);

    /** What {@code user} may do by now; null once there is no such user any more. */
    @Nullable
    User now(User user);

    /** What was refused. */
    AccessCounters counters();

    /** How this node logs in at others of its pool, where the same holds. */
    NodeLogin peers();

    /** What says all that, to be watched; nothing where it can't change. */
    default List<WatchedFile<?>> files() {
        return List.of();
    }

    /** Lets everybody in. */
    static Access open() {
        return new OpenAccess();
    }

    /** Lets in who gives this password. */
    static Access password(String password) {
        return new PasswordAccess(password);
    }

    /** The name that a client means who gives a password only. */
    static String defaultName() {
        return User.DEFAULT_NAME;
    }
}
