package dev.kvcachepool.router.pick;

import dev.kvcachepool.prefixadvert.index.BlockHolding;
import dev.kvcachepool.prefixadvert.table.HolderView;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.RankSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Says which cache-nodes of the pool hold a block, for nodes that look for what they don't hold. Thread-safe.
 *
 * <p>A block that all nodes hold would make an answer of a few bytes asked into one of megabytes, so there are bounds: of
 * the holders that have the same of a block, {@value #MOST_ALIKE} that are next to each other from one drawn by chance,
 * so that the work goes round; and {@value #MOST_ROWS} rows in all, of which each block gets its share and what those
 * before it left.
 */
public final class Locator {
    static final int MOST_ALIKE = 8;
    static final int MOST_ROWS = 16_384;

    /** Blocks looked up at a time: all holders of so many are in memory at once. */
    private static final int BATCH = 64;

    private final PoolNodes nodes;

    public Locator(PoolNodes nodes) {
        this.nodes = nodes;
    }

    /**
     * One holder of a block.
     *
     * @param holding what it has of it
     */
    public record Located(HolderId node, BlockHolding holding) {}

    /** What holders can have alike of a block. */
    private record Shape(int worldSize, RankSet held) {}

    /**
     * Who of the nodes that may be picked holds some of each block, one list a block in the order of {@code blocks}. A
     * block that is asked for again costs no rows: its list is the same.
     */
    public List<List<Located>> locate(List<BlockId> blocks) {
        var serving = nodes.servingAll();
        // Of two views of one moment with the same slot the holder's earlier life is over.
        var ids = serving.stream()
                .collect(Collectors.toMap(HolderView::slot, view -> view.node().holder(), (before, after) -> after));
        var slots = ids.keySet().stream().mapToInt(Integer::intValue).toArray();
        var index = nodes.adverts().index();
        var distinct = blocks.stream().distinct().toList();
        var located = new HashMap<BlockId, List<Located>>();
        int left = MOST_ROWS;
        for (int from = 0; from < distinct.size(); from += BATCH) {
            var batch = distinct.subList(from, Math.min(distinct.size(), from + BATCH));
            var holders = index.holders(batch, slots);
            for (int i = 0; i < batch.size(); i++) {
                var some = some(holders.get(i), left / (distinct.size() - from - i), ids);
                left -= some.size();
                located.put(batch.get(i), some);
            }
        }
        return blocks.stream()
                .map(block -> Objects.requireNonNull(located.get(block)))
                .toList();
    }

    private static List<Located> some(List<BlockHolding> holdings, int most, Map<Integer, HolderId> ids) {
        var alike = new HashMap<Shape, Integer>();
        var some = new ArrayList<Located>();
        int first = holdings.isEmpty() ? 0 : RandomGenerator.getDefault().nextInt(holdings.size());
        for (int i = 0; i < holdings.size() && some.size() < most; i++) {
            var holding = holdings.get((first + i) % holdings.size());
            if (alike.merge(new Shape(holding.worldSize(), holding.held()), 1, Integer::sum) <= MOST_ALIKE) {
                some.add(new Located(Objects.requireNonNull(ids.get(holding.slot())), holding));
            }
        }
        return some;
    }
}
