package dev.kvcachepool.bench.bare;

import dev.kvcachepool.bench.load.Content;

/**
 * Where the values of one size lie in the sender's memory, which is the pattern over and over: as many in each copy as fit,
 * so that none crosses its end. Sender and client count the same way. All in bytes.
 */
public final class BareValues {
    private final long size;
    private final long inOne;
    private final long count;

    public BareValues(long total, long size) {
        this.size = size;
        this.inOne = Content.PATTERN_BYTES / size;
        this.count = Math.max(1, total / Content.PATTERN_BYTES) * inOne;
    }

    /** Of a value in the sender's memory. */
    public long offset(long number) {
        long index = number % count;
        return index / inOne * Content.PATTERN_BYTES + index % inOne * size;
    }

    /** Of a value in the pattern. */
    public long patternOffset(long number) {
        return number % count % inOne * size;
    }
}
