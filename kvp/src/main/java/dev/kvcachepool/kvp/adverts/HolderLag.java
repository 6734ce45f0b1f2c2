package dev.kvcachepool.kvp.adverts;

import dev.kvcachepool.prefixadvert.wire.NodeRow;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How far behind what it stores a holder's rows are, by the broker's clock and its own.
 *
 * @param hash of the holder's id
 * @param node its row, null where it has none
 * @param silentMillis since its last word of whatever kind, in broker time
 * @param rows of its current incarnation that are not tombstones
 * @param voids rows of earlier incarnations, which readers drop
 * @param p50Millis from stored, by the holder's clock, to taken by the broker, over the newest rows; −1 without any
 */
record HolderLag(
        long hash,
        @Nullable NodeRow node,
        long silentMillis,
        long rows,
        long voids,
        double p50Millis,
        double p99Millis) {

    /** The newest of a holder's lags; a row told again long after it was stored says nothing of how fast rows come. */
    static final class Sample {
        private static final int SIZE = 4_096;
        private static final long LONGEST_MILLIS = 60_000;
        private final double[] millis = new double[SIZE];
        private long count;

        void add(double lagMillis) {
            if (lagMillis <= LONGEST_MILLIS) {
                millis[(int) (count++ % SIZE)] = Math.max(0, lagMillis);
            }
        }

        /** The value below which {@code percent} of the newest are; −1 before the first. */
        double percentile(int percent) {
            int size = (int) Math.min(count, SIZE);
            if (size == 0) {
                return -1;
            }
            var sorted = Arrays.copyOf(millis, size);
            Arrays.sort(sorted);
            return sorted[Math.min(size - 1, size * percent / 100)];
        }
    }
}
