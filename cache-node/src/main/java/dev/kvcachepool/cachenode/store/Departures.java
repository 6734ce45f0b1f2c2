package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.memory.Value;
import dev.kvcachepool.cachenode.tier.Freeing;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Values that were evicted from host memory and wait to be copied to the GPU, which hold their memory meanwhile: bounded.
 * Thread-safe.
 */
final class Departures implements Freeing {
    private final ReentrantLock lock;
    private final Condition added;
    private final Condition gone;
    private final long most;
    private final ArrayDeque<Departure> queue = new ArrayDeque<>();
    private final AtomicLong bytes = new AtomicLong();

    /** A value of an entry's; whoever has it ends it with {@link #done} or {@link #abandon}. */
    record Departure(Entry entry, Value value) {}

    /** Of at most {@code most} bytes, or a single value. */
    Departures(ReentrantLock lock, long most) {
        this.lock = lock;
        this.added = lock.newCondition();
        this.gone = lock.newCondition();
        this.most = most;
    }

    /** Takes a further hold of a value; false when too much waits. Called with the lock held. */
    boolean add(Entry entry, Value value) {
        long next = bytes.get() + value.allocatedBytes();
        if (next > most && bytes.get() > 0) {
            return false;
        }
        bytes.addAndGet(value.allocatedBytes());
        queue.add(new Departure(entry, value.retain()));
        added.signal();
        return true;
    }

    /** The one that has waited longest; null when none came in time. */
    @Nullable
    Departure take(Duration atMost) throws InterruptedException {
        long left = atMost.toNanos();
        lock.lock();
        try {
            while (queue.isEmpty() && left > 0) {
                left = added.awaitNanos(left);
            }
            return queue.poll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends one hold and what it counts for. */
    void done(Departure departure) {
        departure.value.release();
        abandon(departure);
    }

    /** Ends what one hold counts for, but not the hold: its memory may still be read, and never gets free. */
    void abandon(Departure departure) {
        bytes.addAndGet(-departure.value.allocatedBytes());
        lock.lock();
        try {
            gone.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Bytes that wait, or are being copied. */
    @Override
    public long bytes() {
        return bytes.get();
    }

    @Override
    public long await(long nanos) {
        long before = bytes.get();
        long left = nanos;
        try {
            while (bytes.get() > 0 && bytes.get() >= before && left > 0) {
                left = gone.awaitNanos(left);
            }
            return bytes.get() < before ? left : 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }
}
