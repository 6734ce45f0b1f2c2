package dev.kvcachepool.prefixadvert.kafka;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Whether block rows may be published: for a while after each node row that became durable, counted from when it was sent.
 *
 * <p>A process that slept may have lost its node row with a leader, and its name to another that could not know of it. Its
 * node row goes first, which either of the two then meets; were block rows to go first, and the process to end, readers
 * would know an incarnation above the living one's by these alone.
 *
 * <p>Thread-safe.
 */
public final class Presence implements BooleanSupplier {
    /** Three node rows; with the time that a producer tries for, no more than a claim watches the blocks partition for. */
    private static final long LASTS_NANOS = Duration.ofSeconds(15).toNanos();

    private final LongSupplier nanoTime;
    private long sentNanos;
    private boolean known;

    Presence(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** A monotonic clock's time now, in ns. */
    public long now() {
        return nanoTime.getAsLong();
    }

    /**
     * A node row of this incarnation became durable.
     *
     * @param sentAt {@link #now} before it was sent
     */
    public synchronized void durable(long sentAt) {
        if (!known || sentAt - sentNanos > 0) {
            known = true;
            sentNanos = sentAt;
        }
    }

    /** Whether block rows may be sent now. */
    @Override
    public synchronized boolean getAsBoolean() {
        return known && nanoTime.getAsLong() - sentNanos < LASTS_NANOS;
    }
}
