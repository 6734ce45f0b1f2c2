package dev.kvcachepool.cachenode.access;

import dev.kvcachepool.cachenode.key.KeyParser;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Somebody who may use some keys or all. Immutable; never shows the salts. */
public final class User {
    /** Who everybody is where nobody has a name: as in Redis. */
    static final String DEFAULT_NAME = "default";

    /** May do everything. */
    static final User EVERYBODY = new User(DEFAULT_NAME, null, true);

    /** May use no key. */
    public static final User NOBODY = new User("", Set.of(), false);

    private final String name;
    private final @Nullable Set<String> salts;
    private final boolean ofPool;

    private User(String name, @Nullable Set<String> salts, boolean ofPool) {
        this.name = name;
        this.salts = salts;
        this.ofPool = ofPool;
    }

    /** Somebody who may use the keys of these cache salts; the empty one stands for keys without. */
    static User ofSalts(String name, Set<String> salts) {
        return new User(name, Set.copyOf(salts), false);
    }

    /** Somebody who may use all keys, but does not speak for another node. */
    static User ofAllSalts(String name) {
        return new User(name, null, false);
    }

    /** A program of the pool itself. */
    static User ofPool(String name) {
        return new User(name, null, true);
    }

    public String name() {
        return name;
    }

    /** Whether all keys are this user's, so that none needs to be looked at. */
    public boolean mayUseAll() {
        return salts == null;
    }

    /** Whether this may be another node. */
    public boolean isOfPool() {
        return ofPool;
    }

    /** Whether {@code key} is this user's; a key that is no engine's has no salt. */
    public boolean mayUse(byte[] key) {
        if (salts == null) {
            return true;
        }
        var parsed = KeyParser.parse(key);
        return salts.contains(parsed == null ? "" : parsed.salt());
    }

    @Override
    public String toString() {
        return "User[" + name + "]";
    }
}
