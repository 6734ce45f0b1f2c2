package dev.kvcachepool.router.pin;

import java.util.List;

/**
 * What became of a prefix.
 *
 * @param blocks it has
 * @param heldBlocks of them that are whole on the cache-nodes, on one or on several together
 * @param doneBlocks of those that are pinned, in memory or unpinned, wholly
 * @param leftOut pairs of block and cache-node that nobody was asked about, as they were too many
 * @param nodes that hold some of it
 */
public record PinAnswer(int blocks, int heldBlocks, int doneBlocks, long leftOut, List<NodeAnswer> nodes) {
    public PinAnswer {
        nodes = List.copyOf(nodes);
    }
}
