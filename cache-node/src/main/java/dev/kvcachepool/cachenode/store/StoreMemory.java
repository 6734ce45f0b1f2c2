package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.key.EngineKey;
import dev.kvcachepool.cachenode.key.KeyParser;
import dev.kvcachepool.cachenode.memory.PagedArena;
import dev.kvcachepool.cachenode.memory.ValueBuilder;
import dev.kvcachepool.cachenode.tier.HostTier;
import org.jspecify.annotations.Nullable;

/** Where values come to lie in memory. */
record StoreMemory(PagedArena arena, HostTier tier) {

    /** Starts a value of {@code size} bytes of a key's tenant; the caller closes the builder whatever happens. */
    ValueBuilder receive(byte[] key, long size) {
        return receive(KeyParser.parse(key), size);
    }

    /** The same; a key that is no engine's has no tenant, and neither has one without a salt. */
    ValueBuilder receive(@Nullable EngineKey key, long size) {
        return new ValueBuilder(arena, tier, arena.tenant(key == null ? "" : key.salt()), size);
    }
}
