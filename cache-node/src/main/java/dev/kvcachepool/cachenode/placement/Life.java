package dev.kvcachepool.cachenode.placement;

import dev.kvcachepool.prefixadvert.wire.NodeState;

/** How far a node has come: its incarnations rise, and within one its states do. */
public record Life(long incarnation, NodeState state) implements Comparable<Life> {
    @Override
    public int compareTo(Life other) {
        int byIncarnation = Long.compare(incarnation, other.incarnation);
        return byIncarnation == 0 ? state.compareTo(other.state) : byIncarnation;
    }
}
