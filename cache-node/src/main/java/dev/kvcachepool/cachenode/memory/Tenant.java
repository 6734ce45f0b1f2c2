package dev.kvcachepool.cachenode.memory;

/**
 * Whose bytes lie together: memory that one tenant has been given holds nobody else's values, so that a file of it can be
 * shown to that tenant. Its name is the cache salt of its keys, empty for keys without one. Guarded by the arena.
 */
public final class Tenant {
    private final String name;
    private final boolean alone;
    final PageLists lists;

    Tenant(String name, boolean alone, PageLists lists) {
        this.name = name;
        this.alone = alone;
        this.lists = lists;
    }

    /** The cache salt. */
    public String name() {
        return name;
    }

    /** Whether its memory is its own; false for the tenants beyond those that an arena can tell apart, who share theirs. */
    public boolean isAlone() {
        return alone;
    }
}
