package dev.kvcachepool.cachenode.access;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All users as a file says them. Immutable. */
final class Users {
    private final Map<String, Entry> byName;

    Users(Map<String, Entry> byName) {
        this.byName = Map.copyOf(byName);
    }

    /** One of them. */
    record Entry(User user, Passwords passwords) {}

    int count() {
        return byName.size();
    }

    @Nullable
    User find(String name) {
        var entry = byName.get(name);
        return entry == null ? null : entry.user;
    }

    /** Null for who is nobody, which takes as long as a wrong password. */
    @Nullable
    User login(String name, byte[] presented) {
        var entry = byName.get(name);
        boolean matches = (entry == null ? Passwords.NONE : entry.passwords).match(presented);
        return matches && entry != null ? entry.user : null;
    }

    @Override
    public String toString() {
        return "Users[" + count() + "]";
    }
}
