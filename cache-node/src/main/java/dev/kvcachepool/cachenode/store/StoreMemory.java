package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.memory.PagedArena;
import dev.kvcachepool.cachenode.memory.ValueBuilder;
import dev.kvcachepool.cachenode.tier.HostTier;

/** Where values come to lie in memory. */
record StoreMemory(PagedArena arena, HostTier tier) {

    /** Starts a value of {@code size} bytes; the caller closes the builder whatever happens. */
    ValueBuilder receive(long size) {
        return new ValueBuilder(arena, tier, size);
    }
}
