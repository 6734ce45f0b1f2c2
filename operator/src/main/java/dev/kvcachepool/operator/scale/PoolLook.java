package dev.kvcachepool.operator.scale;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.crds.RolloutStatus;
import dev.kvcachepool.crds.RolloutStatus.Phase;
import dev.kvcachepool.operator.desired.ChildNames;
import dev.kvcachepool.operator.probe.Findings;
import dev.kvcachepool.operator.probe.NodeView;
import dev.kvcachepool.operator.probe.NodeView.TierView;
import dev.kvcachepool.operator.scale.Look.Figures;
import dev.kvcachepool.operator.scale.Look.Held;
import dev.kvcachepool.operator.status.Observed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A look at a pool as it was observed. Pure. */
final class PoolLook {
    /** Three times the period in which the outside is asked. */
    private static final Duration OLDEST_FIGURES = Duration.ofSeconds(30);
    /** What is on the GPU is not in host memory. */
    private static final Set<String> MEMORY = Set.of("gpu", "host");

    private static final String SERVING = "Serving";

    private final KVCachePool pool;
    private final int nodes;
    private final Observed observed;
    private final Instant now;

    private PoolLook(KVCachePool pool, int nodes, Observed observed, Instant now) {
        this.pool = pool;
        this.nodes = nodes;
        this.observed = observed;
        this.now = now;
    }

    /** Of a pool that shall have {@code nodes} cache-nodes. */
    static Look of(KVCachePool pool, int nodes, Observed observed, Instant now) {
        var look = new PoolLook(pool, nodes, observed, now);
        var obstacle = look.obstacle();
        return obstacle == null ? look.figures() : obstacle;
    }

    /** Of what is to be had without the router. */
    private @Nullable Held obstacle() {
        var findings = observed.findings();
        if (observed.paused()) {
            return new Held(ScaleReason.Paused, "reconciliation is paused");
        }
        if (!observed.failures().isEmpty()) {
            return new Held(ScaleReason.ChildrenFailing, "not all children could be applied, see condition Degraded");
        }
        if (findings == null) {
            return new Held(ScaleReason.FiguresMissing, "the pool's Kafka and router are being looked at");
        }
        if (!findings.advertsPossible() || isKafkaUnknown(findings)) {
            return new Held(
                    ScaleReason.AdvertsFailing,
                    "Kafka is not as it should be, so what is known of the cache-nodes may be old, see condition"
                            + " AdvertsPublishing");
        }
        return nodesOnTheirWay(observed.rollout());
    }

    private boolean isKafkaUnknown(Findings findings) {
        return pool.getSpec().adverts().strimzi() != null && findings.strimzi().way() == null;
    }

    private @Nullable Held nodesOnTheirWay(@Nullable RolloutStatus rollout) {
        var workload = observed.nodes();
        if (!workload.observed() || workload.desired() != nodes || workload.ready() != nodes || rollout == null) {
            return notServing("not all of the " + nodes + " cache-nodes serve");
        }
        return rollout.phase() == Phase.Complete || rollout.phase() == Phase.OnDelete
                ? null
                : new Held(ScaleReason.Rolling, "the cache-nodes are on their way to another form, see status.rollout");
    }

    private Look figures() {
        var findings = observed.findings();
        var view = findings == null ? null : findings.router();
        if (findings == null || view == null || !view.tableRead()) {
            return missing("no router answers that has read the advert tables");
        }
        if (findings.asked().plus(OLDEST_FIGURES).isBefore(now)) {
            return missing("a router last told of the cache-nodes more than " + OLDEST_FIGURES.toSeconds() + " s ago");
        }
        var byName = view.nodes().stream()
                .collect(Collectors.toMap(
                        NodeView::name,
                        node -> node,
                        (one, other) -> one.incarnation() > other.incarnation() ? one : other));
        var draining = byName.values().stream()
                .filter(node -> node.phase().equals("Draining"))
                .map(NodeView::name)
                .sorted();
        var first = draining.findFirst();
        if (first.isPresent()) {
            return notServing(first.get() + " is ending and hands its blocks over");
        }
        return figures(byName, view.hitPercent());
    }

    private Look figures(Map<String, NodeView> byName, @Nullable Integer hitPercent) {
        var prefix = ChildNames.of(pool).nodes() + "-";
        var mine = IntStream.range(0, nodes)
                .mapToObj(ordinal -> Optional.ofNullable(byName.get(prefix + ordinal)))
                .flatMap(Optional::stream)
                .filter(node -> node.phase().equals(SERVING))
                .toList();
        if (mine.size() < nodes) {
            return notServing("not all of the " + nodes + " cache-nodes are seen serving in the advert tables");
        }
        var fullest = largest(mine);
        return fullest.capacityBytes() == 0
                ? missing("the cache-nodes have not said yet what room they have")
                : new Figures(fullest.usedBytes(), fullest.capacityBytes(), hitPercent);
    }

    /**
     * Memory, or the disks where they have more room: what memory evicts is still there. Counted together, memory that is always full
     * would make disks that are half empty look full.
     */
    private static TierView largest(List<NodeView> nodes) {
        var memory = sum(nodes, true);
        var disk = sum(nodes, false);
        return memory.capacityBytes() > disk.capacityBytes() ? memory : disk;
    }

    private static TierView sum(List<NodeView> nodes, boolean memory) {
        var tiers = nodes.stream()
                .flatMap(node -> node.tiers().stream())
                .filter(tier -> MEMORY.contains(tier.name()) == memory)
                .toList();
        return new TierView(
                memory ? "memory" : "disk",
                tiers.stream().mapToLong(TierView::capacityBytes).sum(),
                tiers.stream().mapToLong(TierView::usedBytes).sum());
    }

    private static Held notServing(String why) {
        return new Held(ScaleReason.NodesNotServing, why);
    }

    private static Held missing(String why) {
        return new Held(ScaleReason.FiguresMissing, why);
    }
}
