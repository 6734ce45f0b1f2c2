package dev.kvcachepool.prefixadvert.table;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/** The last {@value #SIZE} lags, in µs. One thread adds; any thread asks, and may miss the newest few. */
final class LagWindow {
    private static final int SIZE = 1 << 16;
    private final long[] lags = new long[SIZE];
    private final AtomicLong count = new AtomicLong();

    void add(long micros) {
        long next = count.getPlain();
        lags[(int) (next % SIZE)] = micros;
        // One writer, and nobody waits for the newest: without a fence a row.
        count.setRelease(next + 1);
    }

    /** The 99th percentile, 0 while empty. */
    long p99() {
        var filled = (int) Math.min(count.getAcquire(), SIZE);
        if (filled == 0) {
            return 0;
        }
        var sorted = Arrays.copyOf(lags, filled);
        Arrays.sort(sorted);
        return sorted[(int) Math.ceil(filled * 0.99) - 1];
    }
}
