package dev.kvcachepool.router.load;

import dev.kvcachepool.router.endpoint.EngineReport;
import dev.kvcachepool.router.endpoint.EngineTraits;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/**
 * What an engine's metrics come to. Of an engine with several ranks, each with lines of its own, requests are added up and
 * the fullest cache counts. Pure.
 *
 * @param report of its load
 * @param traits what it is made for
 */
record EngineMetrics(EngineReport report, EngineTraits traits) {

    /** What {@code text} says; empty where it does not say how many requests wait or run. */
    static Optional<EngineMetrics> read(String text, MetricNames names, long nowNanos) {
        var samples = PrometheusText.read(text, names.all());
        var waiting = named(samples, names.waiting());
        var running = named(samples, names.running());
        if (waiting.isEmpty() && running.isEmpty()) {
            return Optional.empty();
        }
        var usage = named(samples, names.kvUsage()).stream()
                .mapToDouble(Sample::value)
                .filter(value -> value >= 0)
                .max()
                .orElse(0);
        var report = new EngineReport(count(waiting), count(running), Math.min(1, usage), nowNanos);
        return Optional.of(new EngineMetrics(report, traits(samples, names)));
    }

    private static EngineTraits traits(List<Sample> samples, MetricNames names) {
        var cache = named(samples, names.cacheConfig());
        // vLLM leaves lines of past states behind, whose value is the time when they were true.
        var adapters = named(samples, names.adapters()).stream()
                .reduce((one, other) -> other.value() >= one.value() ? other : one);
        return new EngineTraits(
                (int) most(cache, sample -> number(sample, "block_size")),
                (long) cache.stream()
                        .mapToDouble(sample -> number(sample, "num_gpu_blocks"))
                        .sum(),
                adapters.map(sample -> list(sample, "running_lora_adapters")).orElse(Set.of()),
                adapters.map(sample -> list(sample, "waiting_lora_adapters")).orElse(Set.of()),
                adapters.map(sample -> (int) number(sample, "max_lora")).orElse(0));
    }

    private static List<Sample> named(List<Sample> samples, MetricSelector metric) {
        return samples.stream().filter(metric::matches).toList();
    }

    private static int count(List<Sample> samples) {
        var sum = samples.stream()
                .mapToDouble(Sample::value)
                .filter(value -> value > 0)
                .sum();
        return (int) Math.min(Integer.MAX_VALUE, sum);
    }

    private static double most(List<Sample> samples, ToDoubleFunction<Sample> value) {
        return samples.stream().mapToDouble(value).max().orElse(0);
    }

    /** 0 where the label is missing or no number: vLLM writes None. */
    private static double number(Sample sample, String label) {
        var text = sample.labels().getOrDefault(label, "");
        return text.matches("[0-9]{1,15}") ? Double.parseDouble(text) : 0;
    }

    private static Set<String> list(Sample sample, String label) {
        var names = new TreeSet<String>();
        Arrays.stream(sample.labels().getOrDefault(label, "").split(",", -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .forEach(names::add);
        return names;
    }
}
