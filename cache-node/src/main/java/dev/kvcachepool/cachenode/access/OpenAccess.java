package dev.kvcachepool.cachenode.access;

import dev.kvcachepool.commandline.secret.NodeLogin;

/** For whoever reaches the port. */
final class OpenAccess implements Access {
    private final AccessCounters counters = new AccessCounters();

    @Override
    public User newcomer() {
        return User.EVERYBODY;
    }

    @Override
    public User login(String name, byte[] password) {
        return User.EVERYBODY;
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
        return NodeLogin.NONE;
    }
}
