package dev.kvcachepool.cachenode.pool;

import java.util.concurrent.locks.ReentrantLock;

/** One request at a time for a key that may still lie elsewhere. Keys share locks. Thread-safe. */
final class KeyLocks {
    private static final int LOCKS = 1024;
    private final ReentrantLock[] locks = new ReentrantLock[LOCKS];

    KeyLocks() {
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    ReentrantLock of(long digest) {
        return locks[(int) (digest & (LOCKS - 1))];
    }
}
