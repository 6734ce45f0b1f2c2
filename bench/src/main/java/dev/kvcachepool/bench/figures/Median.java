package dev.kvcachepool.bench.figures;

import java.util.Arrays;
import java.util.Collection;

/** The middle of what was measured: what a round that something disturbed does not move. */
public final class Median {
    private Median() {}

    /** Of any number of figures; NaN of none. The mean of the two in the middle where there are two. */
    public static double of(Collection<Double> figures) {
        if (figures.isEmpty()) {
            return Double.NaN;
        }
        double[] sorted = figures.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
