package dev.kvcachepool.operator.desired;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The metrics of docs/metrics.md, which {@code MetricsDocIT} compares with what the programs say, with their labels. */
record DocumentedMetrics(Map<String, Set<String>> labels) {
    private static final Pattern NAME = Pattern.compile("`(\\w*)(?:\\{([\\w,]+)})?`");
    private static final Pattern PART_OF_TIMER = Pattern.compile("_(sum|count|bucket|max)$");

    static DocumentedMetrics of(Path file) throws IOException {
        var labels = new TreeMap<String, Set<String>>();
        for (var line : Files.readAllLines(file)) {
            if (line.startsWith("| `")) {
                row(line.substring(0, line.indexOf('|', 1)), labels);
            }
        }
        return new DocumentedMetrics(labels);
    }

    /** Labels without a name are those of all names of the row. */
    private static void row(String cell, Map<String, Set<String>> labels) {
        var names = new ArrayList<String>();
        NAME.matcher(cell).results().forEach(match -> {
            var said = match.group(2) == null
                    ? Set.<String>of()
                    : Set.of(match.group(2).split(","));
            if (match.group(1).isEmpty()) {
                names.forEach(name -> labels.get(name).addAll(said));
            } else {
                names.add(match.group(1));
                labels.computeIfAbsent(match.group(1), name -> new HashSet<>()).addAll(said);
            }
        });
    }

    /** Labels of a series, that of a timer's sum or count too; null where nothing says such. */
    Set<String> of(String series) {
        var timer = PART_OF_TIMER.matcher(series).replaceFirst("");
        return labels.getOrDefault(series, labels.get(timer));
    }
}
