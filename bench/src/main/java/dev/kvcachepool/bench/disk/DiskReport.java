package dev.kvcachepool.bench.disk;

import dev.kvcachepool.bench.figures.Median;
import dev.kvcachepool.bench.figures.Ratio;
import dev.kvcachepool.bench.report.Conditions;
import dev.kvcachepool.bench.report.Figure;
import dev.kvcachepool.bench.report.MarkdownTable;
import dev.kvcachepool.bench.report.Target;
import dev.kvcachepool.bench.report.Target.Bound;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;

/** A run as JSON and Markdown. */
record DiskReport(Conditions conditions, DiskSettings settings, SequencedMap<DiskCell, List<DiskSample>> results) {
    private static final double OF_FIO = .90;

    /** For Jackson: plain records, figures in the units that their names tell. */
    Json json() {
        var cells = new ArrayList<JsonCell>();
        results.forEach((cell, samples) ->
                cells.add(new JsonCell(cell, rate(samples), rates(samples), cpu(samples), kept(cell, samples))));
        return new Json(conditions, settings, cells, targets(), wrongBytes(), missing());
    }

    String markdown() {
        var text = new StringBuilder("# The disk tier beside fio\n\n" + conditions.text());
        text.append("Medians of %d rounds of %s; memory of %s; every byte read by the node compared.\n\n"
                .formatted(settings.rounds(), Figure.size(settings.data()), Figure.size(settings.host())));
        var table = new MarkdownTable("", "size", "depth", "who", "GB/s", "CPU-s/GB", "on disk");
        results.forEach((cell, samples) -> table.row(
                cell.operation(),
                Figure.size(cell.size()),
                "" + cell.depth(),
                cell.who(),
                Figure.of(rate(samples)),
                Figure.of(cpu(samples)),
                Figure.of(kept(cell, samples))));
        text.append(table.text()).append("\n## Targets\n\n").append(Target.table(targets()));
        return text.append("\nWrong bytes: %d. Values that the disk had not taken: %d.\n"
                        .formatted(wrongBytes(), missing()))
                .toString();
    }

    private List<Target> targets() {
        var targets = new ArrayList<Target>();
        results.forEach((cell, samples) -> {
            var theirs = results.get(cell.byFio());
            if (cell.who().equals(DiskCell.NODE) && theirs != null) {
                var what = "%s %s, depth %d: GB/s, ratio to fio"
                        .formatted(cell.operation(), Figure.size(cell.size()), cell.depth());
                targets.add(new Target(what, Ratio.of(rates(samples), rates(theirs)), Bound.AT_LEAST, OF_FIO));
            }
        });
        return targets;
    }

    private static List<Double> rates(List<DiskSample> samples) {
        return samples.stream().map(DiskSample::gigabytesPerSecond).toList();
    }

    private static double rate(List<DiskSample> samples) {
        return Median.of(rates(samples));
    }

    private static double cpu(List<DiskSample> samples) {
        return Median.of(samples.stream().map(DiskSample::cpuSecondsPerGigabyte).toList());
    }

    /** 0 to 1: of the values put, or asked for. */
    private static double kept(DiskCell cell, List<DiskSample> samples) {
        double bytes = samples.stream().mapToLong(DiskSample::bytes).sum();
        double missing = samples.stream().mapToLong(DiskSample::missing).sum() * (double) cell.size();
        return bytes / (bytes + missing);
    }

    long wrongBytes() {
        return all().stream().mapToLong(DiskSample::wrongBytes).sum();
    }

    /** As the reads found it. */
    private long missing() {
        return results.entrySet().stream()
                .filter(result -> result.getKey().operation().equals(DiskCell.READ))
                .flatMap(result -> result.getValue().stream())
                .mapToLong(DiskSample::missing)
                .sum();
    }

    private List<DiskSample> all() {
        return results.values().stream().flatMap(List::stream).toList();
    }

    record Json(
            Conditions conditions,
            DiskSettings settings,
            List<JsonCell> cells,
            List<Target> targets,
            long wrongBytes,
            long missingValues) {}

    record JsonCell(
            DiskCell cell,
            double gigabytesPerSecond,
            List<Double> rounds,
            double cpuSecondsPerGigabyte,
            double onDisk) {}
}
