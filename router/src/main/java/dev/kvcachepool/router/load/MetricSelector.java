package dev.kvcachepool.router.load;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Which samples are meant: those of one name that have each of some labels, and may have others.
 *
 * @param labels values by name; none for every sample of the name
 */
public record MetricSelector(String name, Map<String, String> labels) {
    public MetricSelector {
        labels = Map.copyOf(labels);
    }

    /** Every sample of a name. */
    static MetricSelector all(String name) {
        return new MetricSelector(name, Map.of());
    }

    boolean matches(Sample sample) {
        return sample.name().equals(name) && sample.labels().entrySet().containsAll(labels.entrySet());
    }

    /** As Prometheus writes it. */
    @Override
    public String toString() {
        if (labels.isEmpty()) {
            return name;
        }
        return new TreeMap<>(labels)
                .entrySet().stream()
                        .map(label -> label.getKey() + "=\"" + escaped(label.getValue()) + '"')
                        .collect(Collectors.joining(",", name + "{", "}"));
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
