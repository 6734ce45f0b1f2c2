package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.prefixadvert.publish.BlockListener;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Does things under the tier's lock, then tells the listener, who may ask the store at once, without it. Thread-safe. */
final class Locked {
    private final ReentrantLock lock;
    private final AdvertisedBlocks advertised;
    private volatile BlockListener listener = BlockListener.NONE;

    Locked(ReentrantLock lock, AdvertisedBlocks advertised) {
        this.lock = lock;
        this.advertised = advertised;
    }

    /** Something done with the lock held. */
    interface Action<T extends @Nullable Object> {
        T run();
    }

    void listen(BlockListener next) {
        this.listener = next;
    }

    <T extends @Nullable Object> T run(Action<T> action) {
        T result;
        Set<BlockId> changed;
        lock.lock();
        try {
            result = action.run();
            changed = advertised.takeChanged();
        } finally {
            lock.unlock();
        }
        changed.forEach(listener::changed);
        return result;
    }

    /** As {@link #run}, without a result. */
    void perform(Runnable action) {
        this.<@Nullable Void>run(() -> {
            action.run();
            return null;
        });
    }

    /** Tells what somebody has changed who held the lock himself, and does not any more. */
    void tell() {
        perform(() -> {});
    }
}
