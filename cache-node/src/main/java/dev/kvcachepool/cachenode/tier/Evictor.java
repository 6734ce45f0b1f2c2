package dev.kvcachepool.cachenode.tier;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Keeps some room ahead of who needs it: when more than the high mark of the memory is in use, evicts down to the low
 * one, as the tier itself would. A thread of its own, which looks every {@value #ROUND_MILLIS} ms.
 */
public final class Evictor implements AutoCloseable {
    private static final long ROUND_MILLIS = 50;
    /** Units evicted before others get the lock. */
    private static final int AT_A_TIME = 64;

    private final HostTier tier;
    private final long high;
    private final long low;
    private final Thread thread = Thread.ofPlatform().name("evictor").daemon().unstarted(this::run);
    private volatile boolean closed;

    /**
     * An evictor that does nothing until {@link #start}.
     *
     * @param highPercent of the tier's memory, as {@code lowPercent}, which is less
     */
    public Evictor(HostTier tier, int highPercent, int lowPercent) {
        this.tier = tier;
        this.high = tier.arena().capacityBytes() / 100 * highPercent;
        this.low = tier.arena().capacityBytes() / 100 * lowPercent;
    }

    public void start() {
        thread.start();
    }

    private void run() {
        while (!closed) {
            round();
            LockSupport.parkNanos(Duration.ofMillis(ROUND_MILLIS).toNanos());
        }
    }

    /** Evicts if it is time to. */
    void round() {
        if (tier.arena().usedBytes() <= high) {
            return;
        }
        while (tier.arena().usedBytes() > low && tier.evictSome(AT_A_TIME, low)) {
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
