package dev.kvcachepool.prefixadvert.wire;

import java.util.Comparator;

/**
 * What names a block anywhere in a pool, whoever holds it. Ordered, by no order that means anything, so that a hash map of blocks
 * whose hashes somebody made to collide is a tree and not a list.
 */
public record BlockId(Namespace namespace, BlockHash hash) implements Comparable<BlockId> {
    private static final Comparator<BlockId> ORDER = Comparator.<BlockId>comparingLong(block -> block.namespace.id())
            .thenComparingLong(block -> block.hash.high())
            .thenComparingLong(block -> block.hash.low());

    @Override
    public int compareTo(BlockId other) {
        return ORDER.compare(this, other);
    }
}
