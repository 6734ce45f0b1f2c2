package dev.kvcachepool.cachenode.nearby;

import dev.kvcachepool.cachenode.memory.Value;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One transfer of one value, by the thread that wanted it first; others that want it wait. Thread-safe.
 *
 * <p>The transfer goes on while anybody's client is there. The value is held for those who wait until the last of them
 * has taken it.
 */
final class Flight {
    /** How often whoever waits looks whether its client is still there. */
    private static final long LOOK_NANOS = Duration.ofMillis(20).toNanos();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition landed = lock.newCondition();
    private final BooleanSupplier pilotGone;
    private boolean over;
    private boolean givenUp;
    private boolean brought;
    private int waiting;
    private @Nullable Value value;
    private volatile long endNanos;
    private long lookedAt = System.nanoTime();
    private boolean pilotLeft;

    /**
     * Begins.
     *
     * @param pilotGone whether the first one's client has gone away
     * @param endNanos when it is over at the latest, as far as is known now
     */
    Flight(BooleanSupplier pilotGone, long endNanos) {
        this.pilotGone = pilotGone;
        this.endNanos = endNanos;
    }

    void end(long nanos) {
        endNanos = nanos;
    }

    long end() {
        return endNanos;
    }

    /** Whether a client is there that waits for the value; asked by the first one's thread. */
    boolean isWanted() {
        long now = System.nanoTime();
        if (!pilotLeft && now - lookedAt >= LOOK_NANOS) {
            lookedAt = now;
            pilotLeft = pilotGone.getAsBoolean();
        }
        if (!pilotLeft) {
            return true;
        }
        lock.lock();
        try {
            // For good: who joins from now on begins another.
            givenUp |= waiting == 0;
            return !givenUp;
        } finally {
            lock.unlock();
        }
    }

    /** Whether who has joined in vain came too late, for a transfer that was stopped or over: it is to begin another. */
    boolean isMissed() {
        lock.lock();
        try {
            return givenUp || (over && brought && value == null);
        } finally {
            lock.unlock();
        }
    }

    /** Ends the transfer; the caller goes on holding its value, null where it brought none. */
    void land(@Nullable Value come) {
        lock.lock();
        try {
            over = true;
            brought = come != null;
            if (come != null && waiting > 0) {
                value = come.retain();
            }
            landed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the value, which the caller then holds; null where it does not come, or the caller's client is gone. */
    @Nullable
    Value join(BooleanSupplier gone) throws InterruptedException {
        lock.lock();
        try {
            waiting++;
            try {
                while (!over) {
                    if (gone.getAsBoolean() || System.nanoTime() - endNanos > LOOK_NANOS) {
                        return null;
                    }
                    var _ = landed.awaitNanos(LOOK_NANOS);
                }
                return value == null ? null : value.retain();
            } finally {
                waiting--;
                releaseIfLast();
            }
        } finally {
            lock.unlock();
        }
    }

    private void releaseIfLast() {
        if (waiting == 0 && value != null) {
            value.release();
            value = null;
        }
    }
}
