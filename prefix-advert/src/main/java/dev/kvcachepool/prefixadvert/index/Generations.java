package dev.kvcachepool.prefixadvert.index;

/**
 * The time by which blocks age: another generation begins whenever so many pairs were written that they are a sixteenth of
 * all. One writer, any number of readers.
 */
final class Generations {
    private static final int PART = 16;
    private static final int SHORTEST = 1024;

    private final Tally tally;
    private volatile int now = 1;
    private long left = SHORTEST;

    Generations(Tally tally) {
        this.tally = tally;
    }

    /** The current one, from 1. */
    int now() {
        return now;
    }

    /** A pair was added. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    void added() {
        if (--left == 0) {
            now++;
            left = Math.max(SHORTEST, tally.pairs() / PART);
        }
    }
}
