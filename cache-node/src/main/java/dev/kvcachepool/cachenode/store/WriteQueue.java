package dev.kvcachepool.cachenode.store;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Entries in memory that are to be written to disk, first come, first written; bounded by their bytes. What finds no
 * room is not written now: it has another chance each time it is used.
 *
 * <p>{@link #add}, {@link #done} and {@link #clear} are called with the tier's lock held; the rest is for anyone.
 */
final class WriteQueue {
    private final ReentrantLock lock;
    private final Condition filled;
    private final Condition drained;
    private final Queue<Entry> entries = new ArrayDeque<>();
    private final AtomicLong bytes = new AtomicLong();
    private final long limit;

    WriteQueue(ReentrantLock lock, long limitBytes) {
        this.lock = lock;
        this.filled = lock.newCondition();
        this.drained = lock.newCondition();
        this.limit = limitBytes;
    }

    long bytes() {
        return bytes.get();
    }

    boolean isFull() {
        return bytes.get() >= limit;
    }

    /** Adds an entry unless it waits already; false when there is no room. */
    boolean add(Entry entry) {
        if (entry.waitingBytes > 0) {
            return true;
        }
        if (isFull()) {
            return false;
        }
        entry.waitingBytes = Math.max(1, entry.size);
        bytes.addAndGet(entry.waitingBytes);
        entries.add(entry);
        filled.signal();
        return true;
    }

    /** Says that an entry that was taken waits no more. */
    void done(Entry entry) {
        bytes.addAndGet(-entry.waitingBytes);
        entry.waitingBytes = 0;
        drained.signalAll();
    }

    void clear() {
        for (var entry = entries.poll(); entry != null; entry = entries.poll()) {
            done(entry);
        }
    }

    /** The next entry, which counts until it is {@link #done}; null when none came in time. */
    @Nullable
    Entry take(Duration atMost) throws InterruptedException {
        lock.lock();
        try {
            long left = atMost.toNanos();
            while (entries.isEmpty() && left > 0) {
                left = filled.awaitNanos(left);
            }
            return entries.poll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there is room, or until nothing waits if {@code empty}; false when that took too long. */
    boolean await(Duration atMost, boolean empty) {
        lock.lock();
        try {
            long left = atMost.toNanos();
            while (empty ? bytes.get() > 0 : isFull()) {
                if (left <= 0) {
                    return false;
                }
                left = drained.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }
}
