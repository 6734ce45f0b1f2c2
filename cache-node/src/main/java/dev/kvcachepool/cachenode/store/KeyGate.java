package dev.kvcachepool.cachenode.store;

import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One at a time for what moves a key's bytes from or to the disk, or gives the key another value. Held while the disk
 * works, taken before the tier's lock. Thread-safe.
 *
 * <p>Keys share gates, so whoever is in one never enters another; only {@link #throughAll} does, in their order.
 */
final class KeyGate {
    private static final int GATES = 512;
    private static final int MIX = 0x9E3779B9;
    private static final int SHIFT = 23;

    private final ReentrantLock[] gates =
            Stream.generate(ReentrantLock::new).limit(GATES).toArray(ReentrantLock[]::new);

    <T extends @Nullable Object> T through(byte[] key, Supplier<T> action) {
        var gate = gates[(Arrays.hashCode(key) * MIX) >>> SHIFT];
        gate.lock();
        try {
            return action.get();
        } finally {
            gate.unlock();
        }
    }

    /** As {@link #through}, without a result. */
    void perform(byte[] key, Runnable action) {
        this.<@Nullable Void>through(key, () -> {
            action.run();
            return null;
        });
    }

    /** While no key's bytes move. */
    void throughAll(Runnable action) {
        int entered = 0;
        try {
            for (; entered < GATES; entered++) {
                gates[entered].lock();
            }
            action.run();
        } finally {
            while (entered > 0) {
                gates[--entered].unlock();
            }
        }
    }
}
