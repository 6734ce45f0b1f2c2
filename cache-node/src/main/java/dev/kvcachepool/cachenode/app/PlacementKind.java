package dev.kvcachepool.cachenode.app;

/** Where a pool's values live: each at a home of its own among the nodes, or where it was stored. */
enum PlacementKind {
    POOLED,
    NODE_LOCAL,
    /** As NodeLocal, of a node that runs beside one engine. */
    SIDECAR
}
