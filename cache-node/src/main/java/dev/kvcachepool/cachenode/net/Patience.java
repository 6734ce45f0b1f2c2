package dev.kvcachepool.cachenode.net;

import java.time.Duration;

/**
 * How long a client may let its connection wait within one request, while it sends it or takes the reply. Waiting uses
 * up a grace, bytes that move earn it back: a client at {@link #LEAST_BYTES_PER_SECOND} never runs out of it, one that
 * sends a byte now and then does.
 *
 * <p>Kept by the connection's thread; {@link #verdict} is for anyone.
 */
final class Patience {
    static final long LEAST_BYTES_PER_SECOND = 64 << 10;

    private static final long NANOS_PER_BYTE = 1_000_000_000 / LEAST_BYTES_PER_SECOND;
    private static final long LEAST_AT_ONCE = 64 << 10;
    private static final long MOST_AT_ONCE = 4 << 20;
    private static final long NOT_WAITING = 0;

    private final long graceNanos;
    private volatile long leftNanos;
    private volatile long waitingSince = NOT_WAITING;

    /** What is to become of a connection. */
    enum Verdict {
        FINE,
        /** Nothing moved for as long as the grace. */
        STALLED,
        /** Bytes move, too few. */
        SLOW
    }

    Patience(Duration grace) {
        this.graceNanos = grace.toNanos();
        this.leftNanos = graceNanos;
    }

    /** Bytes that one write may take on: within the grace for whoever is fast enough, as a write is seen to move at its end. */
    int mostAtOnce() {
        return (int) Math.clamp(graceNanos / NANOS_PER_BYTE / 4 * 3, LEAST_AT_ONCE, MOST_AT_ONCE);
    }

    /** A request begins: with all of the grace. */
    void renew() {
        leftNanos = graceNanos;
    }

    /** The client lets us wait from {@code now} on. */
    void waits(long now) {
        waitingSince = now == NOT_WAITING ? 1 : now;
    }

    /** The wait is over. */
    void moved(long now, long bytes) {
        long waited = now - waitingSince;
        waitingSince = NOT_WAITING;
        leftNanos = Math.min(graceNanos, leftNanos - waited + bytes * NANOS_PER_BYTE);
    }

    /** Read before {@code waitingSince}: a wait that begins meanwhile is judged too kindly, never too harshly. */
    Verdict verdict(long now) {
        long left = leftNanos;
        long since = waitingSince;
        if (since == NOT_WAITING || now - since <= left) {
            return Verdict.FINE;
        }
        return now - since > graceNanos ? Verdict.STALLED : Verdict.SLOW;
    }
}
