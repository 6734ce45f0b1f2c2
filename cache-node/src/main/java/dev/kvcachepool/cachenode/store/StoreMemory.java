package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.key.EngineKey;
import dev.kvcachepool.cachenode.key.KeyParser;
import dev.kvcachepool.cachenode.memory.Extent;
import dev.kvcachepool.cachenode.memory.ExtentSource;
import dev.kvcachepool.cachenode.memory.PagedArena;
import dev.kvcachepool.cachenode.memory.Tenant;
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

    /** The same in memory that is free: nothing is evicted for it. */
    ValueBuilder receiveIfFree(@Nullable EngineKey key, long size) {
        return new ValueBuilder(arena, new FreeMemory(arena), arena.tenant(key == null ? "" : key.salt()), size);
    }

    private record FreeMemory(PagedArena arena) implements ExtentSource {
        @Override
        public @Nullable Extent take(Tenant tenant, long wanted) {
            return arena.allocate(tenant, wanted, 1);
        }

        @Override
        public void settled(long bytes) {}
    }
}
