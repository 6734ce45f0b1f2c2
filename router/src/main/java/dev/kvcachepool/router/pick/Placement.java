package dev.kvcachepool.router.pick;

/** Which cache-nodes an engine reads from. */
public enum Placement {
    /** Every value has a home among all nodes, and each engine reads it from there: what is held is held for all. */
    POOLED,
    /** Values stay where they were stored: an engine reads those of the cache-node beside it. */
    NODE_LOCAL
}
