package dev.kvcachepool.e2e.runtime.schedule;

import dev.kvcachepool.e2e.runtime.cluster.Selectors;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether a pod may run on a node: node selector, required node affinity, taints, cordon. */
public final class NodeFit {
    private static final String AFFINITY = "didn't match Pod's node affinity/selector";
    private static final String CORDON = "node.kubernetes.io/unschedulable";

    private NodeFit() {}

    /** Why a pod may not run on a node, in the scheduler's words; empty if it may. */
    public static Optional<String> obstacle(PodSpec pod, Node node) {
        if (!selected(pod, node)) {
            return Optional.of(AFFINITY);
        }
        return taints(node).stream()
                .filter(taint -> List.of("NoSchedule", "NoExecute").contains(taint.getEffect()))
                .filter(taint -> pod.getTolerations().stream().noneMatch(toleration -> tolerates(toleration, taint)))
                .findFirst()
                .map(taint -> CORDON.equals(taint.getKey())
                        ? "were unschedulable"
                        : "had untolerated taint {" + taint.getKey() + ": " + orEmpty(taint.getValue()) + "}");
    }

    private static boolean selected(PodSpec pod, Node node) {
        var labels = Selectors.labels(node);
        if (!Selectors.containsAll(labels, pod.getNodeSelector())) {
            return false;
        }
        var affinity = pod.getAffinity() == null ? null : pod.getAffinity().getNodeAffinity();
        var required = affinity == null ? null : affinity.getRequiredDuringSchedulingIgnoredDuringExecution();
        return required == null
                || required.getNodeSelectorTerms().stream().anyMatch(term -> matches(term, labels, node));
    }

    private static boolean matches(NodeSelectorTerm term, Map<String, String> labels, Node node) {
        var fields = Map.of("metadata.name", node.getMetadata().getName());
        var empty =
                term.getMatchExpressions().isEmpty() && term.getMatchFields().isEmpty();
        return !empty && all(term.getMatchExpressions(), labels) && all(term.getMatchFields(), fields);
    }

    private static boolean all(List<NodeSelectorRequirement> rules, Map<String, String> values) {
        return rules.stream()
                .allMatch(rule -> Selectors.matches(values, rule.getKey(), rule.getOperator(), rule.getValues()));
    }

    private static List<Taint> taints(Node node) {
        var spec = node.getSpec();
        var taints = new ArrayList<Taint>();
        if (spec != null) {
            taints.addAll(spec.getTaints());
            if (Boolean.TRUE.equals(spec.getUnschedulable())) {
                taints.add(new Taint("NoSchedule", CORDON, null, null));
            }
        }
        return taints;
    }

    private static boolean tolerates(Toleration toleration, Taint taint) {
        var key = orEmpty(toleration.getKey());
        var effect = orEmpty(toleration.getEffect());
        if (!effect.isEmpty() && !effect.equals(taint.getEffect())) {
            return false;
        }
        if ("Exists".equals(toleration.getOperator())) {
            return key.isEmpty() || key.equals(taint.getKey());
        }
        return key.equals(taint.getKey()) && orEmpty(toleration.getValue()).equals(orEmpty(taint.getValue()));
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
