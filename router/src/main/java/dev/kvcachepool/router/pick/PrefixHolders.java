package dev.kvcachepool.router.pick;

import dev.kvcachepool.prefixadvert.index.BlockHolding;
import dev.kvcachepool.prefixadvert.table.HolderView;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import dev.kvcachepool.prefixadvert.wire.RankSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Says which cache-nodes hold the blocks of a prefix, all of them, for who wants something done with them there. The chain
 * is made as for a pick. Thread-safe.
 */
public final class PrefixHolders {
    /** Pairs of block and node that one answer may be about: a long prefix that every node of a large pool holds has more. */
    static final int MOST_PAIRS = 1 << 18;

    /** Blocks looked up at a time: all holders of so many are in memory at once. */
    private static final int BATCH = 64;

    private final PoolNodes nodes;
    private final Steering steering;
    private final int mostPairs;

    public PrefixHolders(PoolNodes nodes, Steering steering) {
        this(nodes, steering, MOST_PAIRS);
    }

    PrefixHolders(PoolNodes nodes, Steering steering, int mostPairs) {
        this.nodes = nodes;
        this.steering = steering;
        this.mostPairs = mostPairs;
    }

    /** A block of the chain that a node holds: its place in the chain, and what the node has of it. */
    public record Part(int block, BlockHolding holding) {}

    /** What one node holds. */
    public record Share(NodeRow node, List<Part> parts) {}

    /**
     * A prefix and who holds it.
     *
     * @param chain empty where it is shorter than a block, or {@code problem} says why there is none
     * @param problem why it cannot be looked up, in a few words; empty where it can
     * @param shares of the nodes that may be picked and hold some of it, in the order of their ids
     * @param leftOut pairs of block and node beyond the bound, which are in no share
     */
    public record Found(
            Namespace namespace,
            List<BlockHash> chain,
            List<Integer> requiredGroups,
            String problem,
            List<Share> shares,
            long leftOut) {

        /** What of the chain is whole if these parts are there. */
        public Coverage coverage() {
            return new Coverage(requiredGroups);
        }
    }

    /** Counts the blocks of which all required ranks are there, on one node or on several. Not thread-safe. */
    public static final class Coverage {
        private final List<Integer> requiredGroups;
        private final Map<Variant, RankSet> ranks = new HashMap<>();

        private record Variant(int block, int worldSize) {}

        Coverage(List<Integer> requiredGroups) {
            this.requiredGroups = requiredGroups;
        }

        public void add(Part part) {
            var variant = new Variant(part.block, part.holding.worldSize());
            ranks.merge(variant, part.holding.held(), RankSet::union);
        }

        public int blocks() {
            return (int) ranks.entrySet().stream()
                    .filter(entry -> entry.getValue().hasAll(entry.getKey().worldSize, requiredGroups))
                    .mapToInt(entry -> entry.getKey().block)
                    .distinct()
                    .count();
        }
    }

    /** Whether the adverts have been read. */
    public boolean ready() {
        return nodes.adverts().ready();
    }

    /** Whether any node declares the model. */
    public boolean declared(String model) {
        return steering.declares(model);
    }

    /** Who holds the request's prompt; its endpoints and caller mean nothing here. */
    public Found find(PickRequest request) {
        var plan = steering.plan(request);
        if (!plan.loadAlone().isEmpty() || plan.chain().isEmpty()) {
            return new Found(plan.namespace(), List.of(), plan.requiredGroups(), plan.loadAlone(), List.of(), 0);
        }
        // Of two views of one moment with the same slot the holder's earlier life is over.
        var views = nodes.servingAll().stream()
                .collect(Collectors.toMap(HolderView::slot, view -> view, (before, after) -> after));
        var parts = new HashMap<Integer, List<Part>>();
        long leftOut = collect(plan, views, parts);
        var shares = new TreeMap<String, Share>();
        parts.forEach((slot, some) -> {
            var view = views.get(slot);
            if (view != null) {
                shares.put(view.node().holder().value(), new Share(view.node(), some));
            }
        });
        return new Found(
                plan.namespace(), plan.chain(), plan.requiredGroups(), "", List.copyOf(shares.values()), leftOut);
    }

    private long collect(Steering.Plan plan, Map<Integer, HolderView> views, Map<Integer, List<Part>> parts) {
        var index = nodes.adverts().index();
        var slots = views.keySet().stream().mapToInt(Integer::intValue).toArray();
        var chain = plan.chain();
        long pairs = 0;
        for (int from = 0; from < chain.size(); from += BATCH) {
            int first = from;
            var batch = IntStream.range(from, Math.min(chain.size(), from + BATCH))
                    .mapToObj(block -> new BlockId(plan.namespace(), chain.get(block)))
                    .toList();
            var holders = index.holders(batch, slots);
            for (int i = 0; i < batch.size(); i++) {
                for (var holding : holders.get(i)) {
                    if (pairs++ < mostPairs) {
                        parts.computeIfAbsent(holding.slot(), slot -> new ArrayList<>())
                                .add(new Part(first + i, holding));
                    }
                }
            }
        }
        return Math.max(0, pairs - mostPairs);
    }
}
