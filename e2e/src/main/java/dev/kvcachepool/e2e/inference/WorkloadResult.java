package dev.kvcachepool.e2e.inference;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * What came of a workload.
 *
 * @param name of the workload
 * @param exact whether its answers must be those of an engine without a pool
 * @param reusable whether there is anything in the pool that it could use
 * @param samples in the order in which they were asked
 */
public record WorkloadResult(String name, boolean exact, boolean reusable, List<Sample> samples) {

    public WorkloadResult {
        samples = List.copyOf(samples);
    }

    /** A quantile of the time to the first token, ms. */
    public double firstTokenMs(boolean with, double quantile) {
        var sorted = samples.stream()
                .mapToDouble(sample -> (with ? sample.with() : sample.without()).firstTokenMs())
                .sorted()
                .toArray();
        return sorted[(int) Math.min(sorted.length - 1, Math.ceil(quantile * sorted.length) - 1)];
    }

    /** Median without the pool by median with it. */
    public double ratio() {
        return firstTokenMs(false, .5) / firstTokenMs(true, .5);
    }

    /** The ratio of the longest prompt. */
    public double longestRatio() {
        return samples.stream()
                .max(java.util.Comparator.comparingInt(Sample::promptTokens))
                .orElseThrow()
                .ratio();
    }

    /** Prompt tokens a second until the first token, with the pool. */
    public double promptTokensPerSecond() {
        return sum(Sample::promptTokens) / sumMs(sample -> sample.with().firstTokenMs()) * 1e3;
    }

    public long bytesRead() {
        return sum(sample -> sample.with().bytesRead());
    }

    /** Of all prompt tokens, those that were not computed. */
    public double reusedShare() {
        return (double) sum(sample -> sample.with().prefixTokens()
                        + sample.with().movedTokens()
                        - sample.with().recomputedTokens())
                / sum(Sample::promptTokens);
    }

    /** Of the tokens that were found at other places, those computed anew; 0 where there were none. */
    public double recomputedShare() {
        long moved = sum(sample -> sample.with().movedTokens());
        return moved == 0 ? 0 : (double) sum(sample -> sample.with().recomputedTokens()) / moved;
    }

    public long equalAnswers() {
        return samples.stream().filter(Sample::equal).count();
    }

    private long sum(ToLongFunction<Sample> value) {
        return samples.stream().mapToLong(value).sum();
    }

    private double sumMs(ToDoubleFunction<Sample> value) {
        return samples.stream().mapToDouble(value).sum();
    }
}
