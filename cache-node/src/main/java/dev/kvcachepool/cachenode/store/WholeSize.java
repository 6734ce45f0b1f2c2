package dev.kvcachepool.cachenode.store;

/**
 * Whether chunks of a model have the size that is declared. A larger one hasn't; a smaller one may be the end of a prompt,
 * so it tells only as the {@link #SAME}th in a row of that size: ends differ, whole chunks don't. Not thread-safe.
 */
final class WholeSize {
    static final int SAME = 64;

    private final long declared;
    private long smaller;
    private int inARow;
    private long found;

    WholeSize(long declared) {
        this.declared = declared;
    }

    /** Takes note of a chunk; whether it shows that whole chunks have another size than the declared one. */
    boolean differs(long size) {
        if (size >= declared) {
            inARow = 0;
            found = size == declared ? 0 : Math.max(found, size);
            return size > declared;
        }
        inARow = size == smaller ? Math.min(SAME, inARow + 1) : 1;
        smaller = size;
        if (inARow < SAME) {
            return false;
        }
        found = size;
        return true;
    }

    /** What whole chunks seem to have, once one differs: the largest, as the ends of prompts are smaller. */
    long found() {
        return found;
    }
}
