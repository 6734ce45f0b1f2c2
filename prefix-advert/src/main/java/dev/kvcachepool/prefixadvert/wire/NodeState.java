package dev.kvcachepool.prefixadvert.wire;

/** A holder's life: Starting → Recovering → Serving → Draining → Gone. */
public enum NodeState {
    STARTING,
    RECOVERING,
    SERVING,
    DRAINING,
    GONE
}
