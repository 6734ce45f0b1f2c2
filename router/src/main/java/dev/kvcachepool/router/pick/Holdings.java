package dev.kvcachepool.router.pick;

import dev.kvcachepool.prefixadvert.index.PrefixIndex;
import dev.kvcachepool.prefixadvert.index.PrefixMatch;
import dev.kvcachepool.prefixadvert.table.HolderView;
import dev.kvcachepool.prefixadvert.table.Liveness;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import dev.kvcachepool.prefixadvert.wire.Tier;
import dev.kvcachepool.router.endpoint.Endpoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the adverts say that endpoints can read: each the blocks of the cache-nodes beside it, or, in a pooled pool, all of
 * them those of all nodes; and each what its own engine has. An endpoint without a holder that may be picked reads nothing.
 * Thread-safe.
 */
public final class Holdings {
    private static final Held NOTHING = new Held(PrefixMatch.NOTHING, 0, 0);

    private final PoolNodes nodes;
    private final EngineMemory engines;
    private volatile @Nullable Lookups latest;

    /** What the adverts say, and nothing else. */
    public Holdings(PoolNodes nodes) {
        this(nodes, EngineMemory.NONE);
    }

    /**
     * The same and more.
     *
     * @param engines what engines have besides
     */
    public Holdings(PoolNodes nodes, EngineMemory engines) {
        this.nodes = nodes;
        this.engines = engines;
    }

    PoolNodes nodes() {
        return nodes;
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
        var advertised = switch (nodes.placement()) {
            case POOLED -> ofAllNodes(index, endpoints, plan);
            case NODE_LOCAL -> held(index, besideEach(endpoints), plan);
        };
        return engines.equals(EngineMemory.NONE) ? advertised : withEngines(endpoints, advertised, plan);
    }

    /** Where an engine's own memory goes on with a prefix that is advertised up to there. */
    private List<Held> withEngines(List<Endpoint> endpoints, List<Held> advertised, Steering.Plan plan) {
        var all = new ArrayList<Held>(endpoints.size());
        for (int i = 0; i < endpoints.size(); i++) {
            var held = advertised.get(i);
            int more = engines.run(
                    endpoints.get(i).name(),
                    plan.namespace(),
                    plan.chain(),
                    held.match().blocks(),
                    plan.requiredGroups());
            all.add(
                    more == 0
                            ? held
                            : new Held(
                                    held.match().plus(more, Tier.ENGINE_HOST), held.blockBytes(), held.quietShare()));
        }
        return all;
    }

    private List<List<HolderView>> besideEach(List<Endpoint> endpoints) {
        var groups = new ArrayList<List<HolderView>>(endpoints.size());
        for (var endpoint : endpoints) {
            groups.add(and(nodes.servingBeside(endpoint.spec()), nodes.servingEngine(endpoint.spec())));
        }
        return groups;
    }

    /** One look-up for all whose engines say nothing, and one for each other. */
    private List<Held> ofAllNodes(PrefixIndex index, List<Endpoint> endpoints, Steering.Plan plan) {
        var all = nodes.servingAll();
        var groups = new ArrayList<List<HolderView>>(List.of(all));
        var groupOf = new int[endpoints.size()];
        for (int i = 0; i < groupOf.length; i++) {
            var engine = nodes.servingEngine(endpoints.get(i).spec());
            if (!engine.isEmpty()) {
                groupOf[i] = groups.size();
                groups.add(and(all, engine));
            }
        }
        var held = held(index, groups, plan);
        return Arrays.stream(groupOf).mapToObj(held::get).toList();
    }

    private static List<HolderView> and(List<HolderView> nodes, List<HolderView> engine) {
        return engine.isEmpty()
                ? nodes
                : Stream.concat(nodes.stream(), engine.stream()).toList();
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

    /** Of cache-nodes: engines say nothing of bytes. */
    private static double blockBytes(List<HolderView> holders) {
        long used = 0;
        long blocks = 0;
        for (var view : holders) {
            if (view.node().kind() == NodeRow.Kind.CACHE_NODE) {
                blocks += view.blocks();
                for (var tier : view.node().tiers()) {
                    used += tier.usedBytes();
                }
            }
        }
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
