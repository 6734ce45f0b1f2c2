package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.key.EngineKey;
import dev.kvcachepool.cachenode.key.KeyParser;
import dev.kvcachepool.cachenode.memory.Extent;
import dev.kvcachepool.cachenode.memory.ExtentSource;
import dev.kvcachepool.cachenode.memory.PagedArena;
import dev.kvcachepool.cachenode.memory.Tenant;
import dev.kvcachepool.cachenode.memory.ValueBuilder;
import dev.kvcachepool.cachenode.tenant.Tenants;
import dev.kvcachepool.cachenode.tier.HostTier;
import org.jspecify.annotations.Nullable;

/** Where values come to lie in memory. */
record StoreMemory(PagedArena arena, HostTier tier, Tenants tenants) {
    private static final ExtentSource NO_MEMORY = new ExtentSource() {
        @Override
        public @Nullable Extent take(Tenant tenant, long wanted) {
            return null;
        }

        @Override
        public void settled(long bytes) {}
    };

    /** Starts a value of {@code size} bytes of a key's tenant; the caller closes the builder whatever happens. */
    ValueBuilder receive(byte[] key, long size) {
        return receive(KeyParser.parse(key), size);
    }

    /** The same; a key that is no engine's has no tenant, and neither has one without a salt. */
    ValueBuilder receive(@Nullable EngineKey key, long size) {
        var salt = saltOf(key);
        return new ValueBuilder(arena, tier.groups().source(tenants.groupOf(salt)), arena.tenant(salt), size);
    }

    /** The same in memory that is free: nothing is evicted for it. */
    ValueBuilder receiveIfFree(@Nullable EngineKey key, long size) {
        var salt = saltOf(key);
        boolean allowed = tier.groups().hasRoom(tenants.groupOf(salt), size);
        return new ValueBuilder(arena, allowed ? new FreeMemory(arena) : NO_MEMORY, arena.tenant(salt), size);
    }

    private static String saltOf(@Nullable EngineKey key) {
        return key == null ? "" : key.salt();
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
