package dev.kvcachepool.cachenode.store;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets work in the background have a quarter of the disk's time at most while somebody waits for a value to be read. Thread-safe.
 */
final class Pace {
    /** Pauses for each stretch of work. */
    private static final int PAUSES = 3;
    /** Longest part of a pause until it is asked again who waits. */
    private static final long SLICE_NANOS = 5_000_000;
    /** Longest pause, so that one slow write does not stop everything. */
    private static final long LONGEST_NANOS = 300_000_000;

    private final AtomicInteger reading = new AtomicInteger();
    private final AtomicLong reads = new AtomicLong();
    private final LongSupplier nanoClock;
    private final LongConsumer pause;

    /** Paces by a monotonic clock, in nanoseconds, pausing for real. */
    Pace(LongSupplier nanoClock) {
        this(nanoClock, LockSupport::parkNanos);
    }

    Pace(LongSupplier nanoClock, LongConsumer pause) {
        this.nanoClock = nanoClock;
        this.pause = pause;
    }

    /** Does what somebody waits for. */
    <T extends @Nullable Object> T read(Supplier<T> read) {
        reading.incrementAndGet();
        reads.incrementAndGet();
        try {
            return read.get();
        } finally {
            reading.decrementAndGet();
        }
    }

    /**
     * Does a stretch of work, then pauses if others read beside it.
     *
     * @param urgent whether the work can't wait any more, asked again and again
     * @return whether it paused
     */
    boolean work(Runnable work, BooleanSupplier urgent) {
        long readsBefore = reads.get();
        long began = nanoClock.getAsLong();
        work.run();
        if (reads.get() == readsBefore && reading.get() == 0) {
            return false;
        }
        long end = nanoClock.getAsLong();
        long until = end + Math.min(PAUSES * (end - began), LONGEST_NANOS);
        boolean paused = false;
        for (long now = end; until - now > 0 && !urgent.getAsBoolean(); now = nanoClock.getAsLong()) {
            pause.accept(Math.min(until - now, SLICE_NANOS));
            paused = true;
        }
        return paused;
    }
}
