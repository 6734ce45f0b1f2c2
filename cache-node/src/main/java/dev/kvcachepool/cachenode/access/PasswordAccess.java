package dev.kvcachepool.cachenode.access;

import dev.kvcachepool.commandline.secret.NodeLogin;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** For clients and nodes that know the one password, who then may do everything. */
final class PasswordAccess implements Access {
    private final AccessCounters counters = new AccessCounters();
    private final Passwords password;
    private final NodeLogin peers;

    PasswordAccess(String password) {
        this.password = new Passwords(List.of(password));
        this.peers = NodeLogin.password(password);
    }

    @Override
    public @Nullable User newcomer() {
        return null;
    }

    @Override
    public @Nullable User login(String name, byte[] presented) {
        boolean matches = password.match(presented);
        if (matches && name.equals(User.DEFAULT_NAME)) {
            return User.EVERYBODY;
        }
        counters.loginRefused();
        return null;
    }

    @Override
    public User now(User user) {
        return user;
    }

    @Override
    public AccessCounters counters() {
        return counters;
    }

    @Override
    public NodeLogin peers() {
        return peers;
    }

    @Override
    public String toString() {
        return "PasswordAccess[secret]";
    }
}
