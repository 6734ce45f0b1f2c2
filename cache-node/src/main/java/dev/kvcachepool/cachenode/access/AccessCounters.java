package dev.kvcachepool.cachenode.access;

import java.util.concurrent.atomic.LongAdder;

/** What was refused. Thread-safe. */
public final class AccessCounters {
    private final LongAdder logins = new LongAdder();
    private final LongAdder keys = new LongAdder();
    private final LongAdder commands = new LongAdder();

    /** Nobody has this name and password. */
    void loginRefused() {
        logins.increment();
    }

    /** A user may not use a key, for which a command was refused. */
    public void keyRefused() {
        keys.increment();
    }

    /** A user may not run a command, whatever its keys. */
    public void commandRefused() {
        commands.increment();
    }

    public long loginsRefused() {
        return logins.sum();
    }

    public long keysRefused() {
        return keys.sum();
    }

    public long commandsRefused() {
        return commands.sum();
    }
}
