package dev.kvcachepool.bench.figures;

import java.util.List;
import java.util.stream.IntStream;

/** Two sides of one run, compared round by round, since what disturbs one round disturbs both sides of it. */
public final class Ratio {
    private Ratio() {}

    /** The median of the rounds' ratios, over the rounds that both sides have; NaN where there is none. */
    public static double of(List<Double> ours, List<Double> theirs) {
        return Median.of(IntStream.range(0, Math.min(ours.size(), theirs.size()))
                .mapToObj(round -> ours.get(round) / theirs.get(round))
                .toList());
    }
}
