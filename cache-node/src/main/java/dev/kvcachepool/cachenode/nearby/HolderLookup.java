package dev.kvcachepool.cachenode.nearby;

/** How a node finds out who holds a value. */
public enum HolderLookup {
    /** By the table while the pool is small or there is no router, else by the router. */
    AUTO,
    /** By the blocks table, which it reads itself. */
    TABLE,
    /** By a router. */
    ROUTER
}
