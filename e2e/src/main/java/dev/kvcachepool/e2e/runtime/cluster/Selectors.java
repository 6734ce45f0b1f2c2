package dev.kvcachepool.e2e.runtime.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Label selectors as Kubernetes reads them. */
public final class Selectors {
    private Selectors() {}

    /** Whether an object's labels match; no selector matches nothing, an empty one everything. */
    public static boolean matches(@Nullable LabelSelector selector, HasMetadata object) {
        if (selector == null) {
            return false;
        }
        var labels = labels(object);
        return containsAll(labels, selector.getMatchLabels())
                && selector.getMatchExpressions().stream()
                        .allMatch(rule -> matches(labels, rule.getKey(), rule.getOperator(), rule.getValues()));
    }

    public static boolean containsAll(Map<String, String> labels, @Nullable Map<String, String> wanted) {
        return wanted == null || labels.entrySet().containsAll(wanted.entrySet());
    }

    /** One requirement of a label selector or a node selector. */
    public static boolean matches(Map<String, String> labels, String key, String operator, List<String> values) {
        var value = labels.get(key);
        return switch (operator) {
            case "In" -> value != null && values.contains(value);
            case "NotIn" -> value == null || !values.contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            case "Gt" -> value != null && Long.parseLong(value) > Long.parseLong(values.getFirst());
            case "Lt" -> value != null && Long.parseLong(value) < Long.parseLong(values.getFirst());
            default -> throw new IllegalArgumentException("operator '" + operator + "' is not one of Kubernetes'");
        };
    }

    public static Map<String, String> labels(HasMetadata object) {
        var labels = object.getMetadata().getLabels();
        return labels == null ? Map.of() : labels;
    }
}
