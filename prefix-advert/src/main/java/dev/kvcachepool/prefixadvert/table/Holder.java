package dev.kvcachepool.prefixadvert.table;

import dev.kvcachepool.prefixadvert.wire.NodeRow;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import org.jspecify.annotations.Nullable;

/** One holder in its newest known incarnation. Written by the table's writer only; readers take {@link #view}. */
final class Holder {
    private static final long QUIET_MILLIS = 15_000;
    private static final long NOT_PICKED_MILLIS = 60_000;

    final long hash;
    final long incarnation;
    final int slot;
    volatile long lastSeenMillis;
    volatile long blocks;
    private volatile @Nullable NodeRow node;

    Holder(long hash, long incarnation, int slot) {
        this.hash = hash;
        this.incarnation = incarnation;
        this.slot = slot;
    }

    void node(@Nullable NodeRow row) {
        node = row;
    }

    boolean isEmpty() {
        return node == null && blocks == 0;
    }

    /** What a reader sees, or null without a node row. */
    @Nullable
    HolderView view(long newestMillis) {
        var row = node;
        return row == null ? null : new HolderView(row, slot, liveness(row, newestMillis), blocks);
    }

    private Liveness liveness(NodeRow row, long newestMillis) {
        var silence = newestMillis - lastSeenMillis;
        if (row.state() != NodeState.SERVING || silence >= NOT_PICKED_MILLIS) {
            return Liveness.NOT_PICKED;
        }
        return silence >= QUIET_MILLIS ? Liveness.QUIET : Liveness.FRESH;
    }
}
