package dev.kvcachepool.prefixadvert.table;

import dev.kvcachepool.prefixadvert.wire.NodeRow;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import org.jspecify.annotations.Nullable;

/** One holder in its newest known incarnation. Written by the table's writer only; readers take {@link #view}. */
final class Holder {
    final long hash;
    final long incarnation;
    final int slot;
    volatile long lastSeenMillis;
    /** Whether its blocks are not indexed. Read and written by the writer only. */
    boolean ignored;

    private volatile @Nullable NodeRow node;

    Holder(long hash, long incarnation, int slot) {
        this.hash = hash;
        this.incarnation = incarnation;
        this.slot = slot;
    }

    void node(@Nullable NodeRow row) {
        node = row;
    }

    boolean hasNode() {
        return node != null;
    }

    /**
     * What a reader sees, or null without a node row.
     *
     * @param blocks of its block rows, how many are indexed
     */
    @Nullable
    HolderView view(long newestMillis, Silence patience, long blocks) {
        var row = node;
        if (row == null) {
            return null;
        }
        // Broker time is that of many leaders, and each batch may be late: nobody is heard of in the future.
        long silence = Math.max(0, newestMillis - lastSeenMillis);
        boolean silent = silence >= patience.limitMillis();
        return new HolderView(row, slot, liveness(row, silence, patience), silent, silence, blocks);
    }

    private static Liveness liveness(NodeRow row, long silence, Silence patience) {
        if (row.state() != NodeState.SERVING || silence >= patience.limitMillis()) {
            return Liveness.NOT_PICKED;
        }
        return silence >= patience.quietMillis() ? Liveness.QUIET : Liveness.FRESH;
    }
}
