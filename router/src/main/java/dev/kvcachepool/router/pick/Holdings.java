package dev.kvcachepool.router.pick;

import dev.kvcachepool.prefixadvert.index.PrefixIndex;
import dev.kvcachepool.prefixadvert.index.PrefixMatch;
import dev.kvcachepool.prefixadvert.table.HolderView;
import dev.kvcachepool.prefixadvert.table.Liveness;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import dev.kvcachepool.router.endpoint.Endpoint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the adverts say that endpoints can read: each the blocks of the cache-nodes beside it, or, in a pooled pool, all of
 * them those of all nodes. An endpoint without a cache-node that may be picked reads nothing. Thread-safe.
 */
public final class Holdings {
    private static final Held NOTHING = new Held(PrefixMatch.NOTHING, 0, 0);

    private final PoolNodes nodes;
    private volatile @Nullable Lookups latest;

    public Holdings(PoolNodes nodes) {
        this.nodes = nodes;
    }

    boolean ready() {
        return nodes.adverts().ready();
    }

    /** One an endpoint, in their order. */
    List<Held> of(List<Endpoint> endpoints, Steering.Plan plan) {
        if (plan.chain().isEmpty()) {
            return Collections.nCopies(endpoints.size(), NOTHING);
        }
        // The index first: one swapped in later knows other slots, and this one's are still good.
        var index = nodes.adverts().index();
        return switch (nodes.placement()) {
            case POOLED ->
                Collections.nCopies(
                        endpoints.size(),
                        held(index, List.of(nodes.servingAll()), plan).getFirst());
            case NODE_LOCAL ->
                held(
                        index,
                        endpoints.stream()
                                .map(endpoint -> nodes.servingBeside(endpoint.spec()))
                                .toList(),
                        plan);
        };
    }

    private List<Held> held(PrefixIndex index, List<List<HolderView>> groups, Steering.Plan plan) {
        var lookups = lookups(index, groups, plan.requiredGroups());
        var lookup = lookups.take();
        var held = new ArrayList<Held>(groups.size());
        lookup.along(plan.namespace(), plan.chain());
        for (int i = 0; i < groups.size(); i++) {
            var group = groups.get(i);
            held.add(
                    group.isEmpty()
                            ? NOTHING
                            : new Held(PrefixMatch.of(lookup, i), blockBytes(group), quietShare(group)));
        }
        lookups.giveBack(lookup);
        return held;
    }

    /** Those of the last pick where they ask the same, as they do until a holder comes, goes or falls silent. */
    private Lookups lookups(PrefixIndex index, List<List<HolderView>> groups, List<Integer> requiredKvGroups) {
        var current = latest;
        if (current == null || !current.ask(index, groups, requiredKvGroups)) {
            current = new Lookups(index, groups, requiredKvGroups);
            latest = current;
        }
        return current;
    }

    private static double blockBytes(List<HolderView> group) {
        var used = group.stream()
                .flatMap(view -> view.node().tiers().stream())
                .mapToLong(NodeRow.TierUse::usedBytes)
                .sum();
        var blocks = group.stream().mapToLong(HolderView::blocks).sum();
        return blocks == 0 ? 0 : (double) used / blocks;
    }

    private static double quietShare(List<HolderView> group) {
        double all = 0;
        double quiet = 0;
        for (var view : group) {
            var weight = Math.max(1, view.blocks());
            all += weight;
            quiet += view.liveness() == Liveness.QUIET ? weight : 0;
        }
        return quiet / all;
    }

    /**
     * What one endpoint can read of a prompt.
     *
     * @param blockBytes mean size of the blocks there, 0 where unknown
     * @param quietShare 0 to 1, how many of the blocks there are at holders that have been silent for a while
     */
    record Held(PrefixMatch match, double blockBytes, double quietShare) {}
}
