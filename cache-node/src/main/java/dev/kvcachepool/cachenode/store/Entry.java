package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.key.EngineKey;
import dev.kvcachepool.cachenode.memory.Value;
import org.jspecify.annotations.Nullable;

/** One key and its value. Guarded by the tier's lock. */
final class Entry {
    /** Never expires. */
    static final long FOREVER = Long.MAX_VALUE;
    /** Heap that an entry takes besides its key, with its places in the maps; measured, rounded up. */
    static final int INDEX_BYTES = 512;

    final StoreKey key;
    final @Nullable EngineKey engineKey;
    final ChunkUnit unit;
    /** Place in the order of creation, which is the order of SCAN. */
    final long sequence;

    Value value;
    long expiresAtMillis = FOREVER;
    /** The lease of its unit under which this entry is still to be read; 0 for none. */
    long lease;

    Entry(StoreKey key, @Nullable EngineKey engineKey, ChunkUnit unit, long sequence, Value value) {
        this.key = key;
        this.engineKey = engineKey;
        this.unit = unit;
        this.sequence = sequence;
        this.value = value;
    }

    int indexBytes() {
        return INDEX_BYTES + key.bytes.length;
    }
}
