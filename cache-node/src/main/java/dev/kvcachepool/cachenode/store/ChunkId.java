package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.key.ChunkHash;
import dev.kvcachepool.cachenode.key.EngineKey;

/** What all keys of one chunk have in common. */
record ChunkId(String model, String salt, ChunkHash hash) {

    static ChunkId of(EngineKey key) {
        return new ChunkId(key.model(), key.salt(), key.hash());
    }

    /** Without the salt, which is a tenant's secret. */
    @Override
    public String toString() {
        return model + " " + hash;
    }
}
