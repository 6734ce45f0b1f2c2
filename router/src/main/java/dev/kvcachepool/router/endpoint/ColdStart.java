package dev.kvcachepool.router.endpoint;

import dev.kvcachepool.router.prefill.LearnedRates;
import java.time.Duration;

/**
 * The pace of an endpoint that joins a pool whose rate is known: its cache is empty, so its queue is the shortest, and how
 * fast it is nobody knows. Until {@value LearnedRates#WARM_UP} first bytes have come it is given one request at a time that
 * waits for its first byte, and one more for each that has come. After {@link #LONGEST} the pace is free whatever came,
 * since of requests that others send no first byte is seen. Not thread-safe.
 */
final class ColdStart {
    static final Duration LONGEST = Duration.ofMinutes(1);

    private final long joinedAt;
    private boolean over;

    /**
     * One that joins.
     *
     * @param bounded whether there is a pace at all: not where the pool itself is new
     */
    ColdStart(boolean bounded, long now) {
        this.joinedAt = now;
        this.over = !bounded;
    }

    /** Whether the pace is bounded still. */
    boolean isCold(int firstBytes, long now) {
        over |= firstBytes >= LearnedRates.WARM_UP || now - joinedAt >= LONGEST.toNanos();
        return !over;
    }

    /** Whether so many requests that wait for their first byte are as many as it is given. */
    boolean isFull(int waiting, int firstBytes, long now) {
        return isCold(firstBytes, now) && waiting > firstBytes;
    }
}
