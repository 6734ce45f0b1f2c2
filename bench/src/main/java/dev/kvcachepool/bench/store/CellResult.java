package dev.kvcachepool.bench.store;

import dev.kvcachepool.bench.figures.Median;
import dev.kvcachepool.bench.load.Tally;
import java.util.ArrayList;
import java.util.List;

/** A cell over all rounds. */
final class CellResult {
    private final List<Sample> samples = new ArrayList<>();

    void add(Sample sample) {
        samples.add(sample);
    }

    /** Of each round, 10^9 bytes a second. */
    List<Double> rates() {
        return samples.stream().map(Sample::gigabytesPerSecond).toList();
    }

    /** The median, 10^9 bytes a second. */
    double rate() {
        return Median.of(rates());
    }

    /** The median of the server's CPU seconds for 10^9 bytes. */
    double cpu() {
        return Median.of(samples.stream().map(Sample::cpuSecondsPerGigabyte).toList());
    }

    /** All rounds together. */
    Tally tally() {
        return Tally.sum(samples.stream().map(Sample::tally).toList());
    }
}
