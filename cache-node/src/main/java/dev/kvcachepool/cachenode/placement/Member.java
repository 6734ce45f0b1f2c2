package dev.kvcachepool.cachenode.placement;

import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.NodeState;

/**
 * A node of the pool, as the nodes topic has it.
 *
 * @param host where it serves RESP, as is {@code port}
 */
public record Member(HolderId id, long incarnation, NodeState state, String host, int port) {

    /** What of it decides on homes, and only ever rises. */
    public Life life() {
        return new Life(incarnation, state);
    }

    boolean serves() {
        return state == NodeState.SERVING;
    }

    /** Whether it may still hold values: it serves, or is on its way out. */
    boolean answers() {
        return state == NodeState.SERVING || state == NodeState.DRAINING;
    }
}
