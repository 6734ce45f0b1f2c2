package dev.kvcachepool.operator.desired;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Label selectors as Kubernetes writes them on a command line. */
final class SelectorText {
    private SelectorText() {}

    static String of(LabelSelector selector) {
        var labels = selector.getMatchLabels() == null
                ? new TreeMap<String, String>()
                : new TreeMap<>(selector.getMatchLabels());
        return Stream.concat(
                        labels.entrySet().stream().map(label -> label.getKey() + "=" + label.getValue()),
                        selector.getMatchExpressions().stream().map(SelectorText::requirement))
                .collect(Collectors.joining(","));
    }

    private static String requirement(LabelSelectorRequirement requirement) {
        var key = requirement.getKey();
        var values = String.join(",", requirement.getValues());
        return switch (requirement.getOperator()) {
            case "In" -> key + " in (" + values + ")";
            case "NotIn" -> key + " notin (" + values + ")";
            case "Exists" -> key;
            case "DoesNotExist" -> "!" + key;
            default ->
                throw new IllegalArgumentException("spec.router.engines.selector: operator " + requirement.getOperator()
                        + " is not one of In, NotIn, Exists, DoesNotExist");
        };
    }
}
