package dev.kvcachepool.router.pick;

import dev.kvcachepool.prefixadvert.table.AdvertView;
import dev.kvcachepool.prefixadvert.table.HolderView;
import dev.kvcachepool.prefixadvert.table.Liveness;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import dev.kvcachepool.router.endpoint.EndpointSpec;
import dev.kvcachepool.router.endpoint.NodeRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The pool's cache-nodes and engines as the adverts have them, and which of them an endpoint reads from: cache-nodes as the
 * pool is placed, and what the engine itself has in its memory. Topics may hold other pools'
 * rows, too, which count for nothing here.
 *
 * <p>Who stands where changes rarely: it is read at most every {@link #FRESH}. How the holders are is asked each time,
 * since an old view's slot may stand for somebody else by now. Thread-safe.
 */
public final class PoolNodes {
    static final Duration FRESH = Duration.ofMillis(100);

    private final AdvertView adverts;
    private final String pool;
    private final Placement placement;
    private final LongSupplier nanoTime;
    private volatile Places places;

    public PoolNodes(AdvertView adverts, String pool, Placement placement, LongSupplier nanoTime) {
        this.adverts = adverts;
        this.pool = pool;
        this.placement = placement;
        this.nanoTime = nanoTime;
        this.places =
                new Places(List.of(), Map.of(), Map.of(), Map.of(), Map.of(), nanoTime.getAsLong() - FRESH.toNanos());
    }

    /** Whose nodes these are. */
    public String pool() {
        return pool;
    }

    AdvertView adverts() {
        return adverts;
    }

    public Placement placement() {
        return placement;
    }

    /** All cache-nodes with a row, in the order of their ids, those that are not picked among them. */
    public List<HolderView> all() {
        return adverts.holders().stream().filter(this::isOfPool).toList();
    }

    /** Ids of the cache-nodes that the endpoint reads from. */
    public List<HolderId> idsFor(EndpointSpec endpoint) {
        return placement == Placement.POOLED ? places().all : beside(endpoint.cacheNode());
    }

    /** All that may be picked. */
    List<HolderView> servingAll() {
        return serving(places().all, NodeRow.Kind.CACHE_NODE);
    }

    /** The endpoint's own engine, one holder a data-parallel rank, as far as it may be picked. */
    List<HolderView> servingEngine(EndpointSpec endpoint) {
        return serving(places().ofEngine.getOrDefault(endpoint.name(), List.of()), NodeRow.Kind.ENGINE);
    }

    /** Those beside the endpoint that may be picked. */
    List<HolderView> servingBeside(EndpointSpec endpoint) {
        return serving(beside(endpoint.cacheNode()), NodeRow.Kind.CACHE_NODE);
    }

    private List<HolderView> serving(List<HolderId> ids, NodeRow.Kind kind) {
        if (ids.isEmpty()) {
            return List.of();
        }
        var serving = new ArrayList<HolderView>(ids.size());
        for (var id : ids) {
            var view = adverts.holder(id).orElse(null);
            if (view != null && isOfPool(view, kind) && view.liveness() != Liveness.NOT_PICKED) {
                serving.add(view);
            }
        }
        return serving;
    }

    private List<HolderId> beside(NodeRef cacheNode) {
        return switch (cacheNode) {
            case NodeRef.Nobody nobody -> List.of();
            case NodeRef.Holder holder ->
                adverts.holder(holder.id()).filter(this::isOfPool).stream()
                        .map(view -> holder.id())
                        .toList();
            case NodeRef.KubernetesNode node -> places().ofKubernetesNode.getOrDefault(node.name(), List.of());
            case NodeRef.Named named -> places().named(named.name());
        };
    }

    private boolean isOfPool(HolderView view) {
        return isOfPool(view, NodeRow.Kind.CACHE_NODE);
    }

    private boolean isOfPool(HolderView view, NodeRow.Kind kind) {
        return view.node().kind() == kind && view.node().pool().equals(pool);
    }

    private Places places() {
        var now = nanoTime.getAsLong();
        var current = places;
        if (now - current.readAt >= FRESH.toNanos()) {
            var nodes = all().stream().map(HolderView::node).toList();
            var engines = adverts.holders().stream()
                    .filter(view -> isOfPool(view, NodeRow.Kind.ENGINE))
                    .map(HolderView::node)
                    .toList();
            current = new Places(
                    nodes.stream().map(NodeRow::holder).toList(),
                    by(node -> node.holder().value(), nodes),
                    by(NodeRow::kubernetesNode, nodes),
                    by(NodeRow::pod, nodes),
                    by(NodeRow::pod, engines),
                    now);
            places = current;
        }
        return current;
    }

    private static Map<String, List<HolderId>> by(Function<NodeRow, String> place, List<NodeRow> nodes) {
        return nodes.stream()
                .filter(node -> !place.apply(node).isEmpty())
                .collect(Collectors.groupingBy(
                        place, HashMap::new, Collectors.mapping(NodeRow::holder, Collectors.toUnmodifiableList())));
    }

    /** Who stands where, read at {@code readAt}. */
    private record Places(
            List<HolderId> all,
            Map<String, List<HolderId>> ofId,
            Map<String, List<HolderId>> ofKubernetesNode,
            Map<String, List<HolderId>> ofPod,
            Map<String, List<HolderId>> ofEngine,
            long readAt) {

        List<HolderId> named(String name) {
            return Stream.of(ofId, ofPod, ofKubernetesNode)
                    .filter(places -> places.containsKey(name))
                    .findFirst()
                    .map(places -> places.get(name))
                    .orElse(List.of());
        }
    }
}
