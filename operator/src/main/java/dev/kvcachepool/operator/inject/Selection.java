package dev.kvcachepool.operator.inject;

import dev.kvcachepool.crds.Engines;
import dev.kvcachepool.crds.KVCachePool;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Which pool a pod's settings come from. */
final class Selection {
    private Selection() {}

    /**
     * The pool that gives settings to pods with these labels; empty for none.
     *
     * @throws Skip where there are several, of which none is better than another
     */
    static Optional<KVCachePool> of(Map<String, String> labels, List<KVCachePool> pools) throws Skip {
        var found = pools.stream()
                .filter(pool -> pool.getMetadata().getDeletionTimestamp() == null)
                .filter(pool -> selects(pool.getSpec().engines(), labels))
                .toList();
        if (found.size() > 1) {
            var names = found.stream()
                    .map(pool -> pool.getMetadata().getName())
                    .sorted()
                    .toList();
            throw new Skip("the pools " + String.join(" and ", names)
                    + " select it with spec.engines.selector, and an engine uses one: make them select different pods");
        }
        return found.stream().findFirst();
    }

    private static boolean selects(Engines engines, Map<String, String> labels) {
        var selector = engines.selector();
        return engines.mode() == Engines.Mode.Inject
                && selector != null
                && !isEmpty(selector)
                && selector.getMatchLabels().entrySet().stream()
                        .allMatch(wanted -> Objects.equals(wanted.getValue(), labels.get(wanted.getKey())))
                && selector.getMatchExpressions().stream().allMatch(wanted -> holds(wanted, labels));
    }

    private static boolean isEmpty(LabelSelector selector) {
        return selector.getMatchLabels().isEmpty()
                && selector.getMatchExpressions().isEmpty();
    }

    /** As Kubernetes reads it; what it would refuse holds for no pod. */
    private static boolean holds(LabelSelectorRequirement wanted, Map<String, String> labels) {
        var value = labels.get(wanted.getKey());
        return switch (String.valueOf(wanted.getOperator())) {
            case "In" -> value != null && wanted.getValues().contains(value);
            case "NotIn" -> value == null || !wanted.getValues().contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            default -> false;
        };
    }
}
