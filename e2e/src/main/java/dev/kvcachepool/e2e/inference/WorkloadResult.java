package dev.kvcachepool.e2e.inference;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.DoubleStream;

/**
 * What came of a workload.
 *
 * @param name of the workload
 * @param exact whether all its answers must be those of an engine without a pool, and not the cold ones' alone
 * @param reusable whether there is anything in the pool that it could use
 * @param samples in the order in which they were asked
 */
public record WorkloadResult(String name, boolean exact, boolean reusable, List<Sample> samples) {
    /** Of the longest prompt's length: questions and documents differ by some tokens. */
    private static final double NEARLY = .95;

    public WorkloadResult {
        samples = List.copyOf(samples);
    }

    /** A quantile of the time to the first token, ms. */
    public double firstTokenMs(boolean with, double quantile) {
        return firstTokenMs(samples, with, quantile);
    }

    /** Median without the pool by median with it, of all samples. */
    public double ratio() {
        return ratio(samples).orElseThrow();
    }

    /** The same of those of which the pool could hold nothing; empty where there are none. */
    public OptionalDouble coldRatio() {
        return ratio(only(true));
    }

    /** The same of the others; empty where there are none. */
    public OptionalDouble warmRatio() {
        return ratio(only(false));
    }

    /** The median ratio of the warm prompts that are as long as the longest of them, or nearly; empty where there are none. */
    public OptionalDouble longestRatio() {
        var warm = only(false);
        if (warm.isEmpty()) {
            return OptionalDouble.empty();
        }
        int longest = warm.stream().mapToInt(Sample::promptTokens).max().orElseThrow();
        return OptionalDouble.of(quantile(
                warm.stream()
                        .filter(sample -> sample.promptTokens() >= NEARLY * longest)
                        .mapToDouble(Sample::ratio),
                .5));
    }

    public int coldSamples() {
        return only(true).size();
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

    /** Answers that are not those of an engine without a pool, and have to be. */
    public long wrongAnswers() {
        return samples.stream()
                .filter(sample -> (exact || sample.cold()) && !sample.equal())
                .count();
    }

    public long equalAnswers() {
        return samples.stream().filter(Sample::equal).count();
    }

    private List<Sample> only(boolean cold) {
        return samples.stream().filter(sample -> sample.cold() == cold).toList();
    }

    private static OptionalDouble ratio(List<Sample> some) {
        return some.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(firstTokenMs(some, false, .5) / firstTokenMs(some, true, .5));
    }

    private static double firstTokenMs(List<Sample> some, boolean with, double quantile) {
        return quantile(
                some.stream().mapToDouble(sample -> (with ? sample.with() : sample.without()).firstTokenMs()),
                quantile);
    }

    /** By nearest rank, of at least one value. */
    private static double quantile(DoubleStream values, double quantile) {
        var sorted = values.sorted().toArray();
        return sorted[(int) Math.min(sorted.length - 1, Math.ceil(quantile * sorted.length) - 1)];
    }

    private long sum(ToLongFunction<Sample> value) {
        return samples.stream().mapToLong(value).sum();
    }

    private double sumMs(ToDoubleFunction<Sample> value) {
        return samples.stream().mapToDouble(value).sum();
    }
}
