package dev.kvcachepool.prefixadvert.publish;

/**
 * How long the publisher waits between rounds: 20 ms, doubling up to 250 ms while rounds are large (more is coalesced,
 * fewer requests are made), halving again when they are not. Not thread-safe.
 */
final class Pace {
    static final long SHORTEST_MILLIS = 20;
    static final long LONGEST_MILLIS = 250;
    private static final int LARGE_ROUND = 2_000;
    private long millis = SHORTEST_MILLIS;

    long afterRoundOf(int rows) {
        millis = rows >= LARGE_ROUND ? Math.min(LONGEST_MILLIS, millis * 2) : Math.max(SHORTEST_MILLIS, millis / 2);
        return millis;
    }

    /** Nothing could be sent: wait the longest. */
    long afterFailure() {
        millis = LONGEST_MILLIS;
        return millis;
    }
}
