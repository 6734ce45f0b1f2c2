package dev.kvcachepool.e2e.runtime.schedule;

import dev.kvcachepool.e2e.runtime.cluster.PodState;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The node for a pod, or why there is none: of those that it fits, the one with the fewest pods. */
public sealed interface NodeChoice {
    record On(String node) implements NodeChoice {}

    record Unschedulable(String message) implements NodeChoice {}

    static NodeChoice of(Pod pod, List<Node> nodes, List<Pod> pods) {
        var load = pods.stream()
                .filter(other -> !PodState.isFinished(other) && other.getSpec().getNodeName() != null)
                .collect(Collectors.groupingBy(other -> other.getSpec().getNodeName(), Collectors.counting()));
        return nodes.stream()
                .filter(node -> NodeFit.obstacle(pod.getSpec(), node).isEmpty())
                .map(node -> node.getMetadata().getName())
                .min(Comparator.<String>comparingLong(name -> load.getOrDefault(name, 0L))
                        .thenComparing(Comparator.naturalOrder()))
                .<NodeChoice>map(On::new)
                .orElseGet(() -> unschedulable(pod, nodes));
    }

    private static Unschedulable unschedulable(Pod pod, List<Node> nodes) {
        Map<String, Long> reasons = nodes.stream()
                .flatMap(node -> NodeFit.obstacle(pod.getSpec(), node).stream())
                .collect(Collectors.groupingBy(reason -> reason, TreeMap::new, Collectors.counting()));
        var text = reasons.entrySet().stream()
                .map(reason -> reason.getValue() + " node(s) " + reason.getKey())
                .collect(Collectors.joining(", "));
        return new Unschedulable(
                "0/" + nodes.size() + " nodes are available" + (text.isEmpty() ? "." : ": " + text + "."));
    }
}
