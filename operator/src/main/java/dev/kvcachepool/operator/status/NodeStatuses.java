package dev.kvcachepool.operator.status;

import dev.kvcachepool.crds.NodeStatus;
import dev.kvcachepool.crds.NodeStatus.TierStatus;
import dev.kvcachepool.operator.probe.NodeView;
import dev.kvcachepool.operator.probe.NodeView.TierView;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The rows of a status about cache-nodes. What is in use moves all the time, and each of its values in a status is a write that
 * everybody who watches pools gets: it is brought up to date when it has moved by a fiftieth.
 */
final class NodeStatuses {
    /** As many as a Pooled pool can have: a status has to fit into an object. */
    static final int MOST = 512;

    private static final int STEPS = 50;

    private NodeStatuses() {}

    /** By name, of two lives of one pod the later, with those values of {@code before} that have hardly moved. */
    static List<NodeStatus> of(List<NodeView> seen, List<NodeStatus> before) {
        var byName = new TreeMap<String, NodeView>();
        seen.forEach(node ->
                byName.merge(node.name(), node, (one, other) -> one.incarnation() > other.incarnation() ? one : other));
        return byName.values().stream()
                .limit(MOST)
                .map(node -> row(node, before))
                .toList();
    }

    private static NodeStatus row(NodeView node, List<NodeStatus> before) {
        var tiersBefore = before.stream()
                .filter(row -> row.name().equals(node.name()))
                .findFirst()
                .map(NodeStatus::tiers)
                .orElse(List.of());
        return new NodeStatus(
                node.name(),
                node.phase(),
                node.incarnation() == 0 ? null : node.incarnation(),
                node.kubernetesNode().isEmpty() ? null : node.kubernetesNode(),
                node.tiers().stream().map(tier -> row(tier, tiersBefore)).toList());
    }

    private static TierStatus row(TierView tier, List<TierStatus> before) {
        var capacity = Bytes.text(tier.capacityBytes());
        var used = before.stream()
                .filter(row -> row.name().equals(tier.name()) && row.capacity().equals(capacity))
                .map(TierStatus::used)
                .filter(text -> Math.abs(Bytes.of(text) - tier.usedBytes()) < tier.capacityBytes() / STEPS)
                .findFirst();
        return new TierStatus(tier.name(), capacity, used.orElseGet(() -> Bytes.roughly(tier.usedBytes())));
    }

    /** Of all tiers; empty where nothing is known. */
    static Optional<String> sum(List<NodeStatus> nodes, Function<TierStatus, String> what) {
        return nodes.isEmpty()
                ? Optional.empty()
                : Optional.of(Bytes.text(nodes.stream()
                        .flatMap(node -> node.tiers().stream())
                        .map(what)
                        .mapToLong(Bytes::of)
                        .sum()));
    }

    /** In percent; the one before while it has moved by less than two. */
    static int ratio(int percent, Integer before) {
        return Math.abs(percent - before) < 2 ? before : percent;
    }
}
