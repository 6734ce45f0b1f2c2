package dev.kvcachepool.router.pick;

import dev.kvcachepool.prefixadvert.index.BlockHolding;
import dev.kvcachepool.prefixadvert.table.HolderView;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** Says which cache-nodes of the pool hold a block, for nodes that look for what they don't hold. Thread-safe. */
public final class Locator {
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

    /** Who of the nodes that may be picked holds some of each block, one list a block in the order of {@code blocks}. */
    public List<List<Located>> locate(List<BlockId> blocks) {
        var serving = nodes.servingAll();
        // Of two views of one moment with the same slot the holder's earlier life is over.
        var ids = serving.stream()
                .collect(Collectors.toMap(HolderView::slot, view -> view.node().holder(), (before, after) -> after));
        var slots = ids.keySet().stream().mapToInt(Integer::intValue).toArray();
        return nodes.adverts().index().holders(blocks, slots).stream()
                .map(holdings -> holdings.stream()
                        .map(holding -> new Located(Objects.requireNonNull(ids.get(holding.slot())), holding))
                        .toList())
                .toList();
    }
}
