package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.disk.Place;
import dev.kvcachepool.cachenode.kept.KeptTable;
import dev.kvcachepool.cachenode.key.EngineKey;
import dev.kvcachepool.cachenode.memory.Value;
import org.jspecify.annotations.Nullable;

/**
 * One key and where its value is: in memory, on the GPU, on disk, in several of them; in none only while somebody who holds the key's gate is
 * about to give it another value or to remove it. Guarded by the tier's lock.
 */
final class Entry {
    /** Never expires. */
    static final long FOREVER = Long.MAX_VALUE;
    /** Heap that an entry takes besides its key, with its places in the maps: measured 435, rounded up. */
    private static final int PLAIN_BYTES = 512;
    /** The same for what is parsed and advertised of it, where its unit has no other entry: measured 525 more with a key of 79 bytes. */
    private static final int PARSED_BYTES = 384;
    /** The key, and the copies of its parts in what was parsed. */
    private static final int KEY_COPIES = 3;

    final StoreKey key;
    final @Nullable EngineKey engineKey;
    final ChunkUnit unit;
    /** Place in the order of creation, which is the order of SCAN. */
    final long sequence;

    /** Bytes of the value, wherever it is. */
    long size;
    /** In memory; null while it is not. */
    @Nullable
    Value value;
    /** The record by which a process restarted in place finds the value in memory; {@link KeptTable#NONE} for none. */
    int record = KeptTable.NONE;
    /** On its way from memory to the GPU, held by those who carry it; null while it is not. */
    @Nullable
    Value leaving;
    /** On the GPU; null while it is not. */
    @Nullable
    Value onGpu;
    /** On disk; null while it is not. */
    @Nullable
    Place place;
    /** Whether the bytes on disk are known to be those that were written: by this process, or compared since. */
    boolean proven = true;
    /** What it counts for while it waits to be written to disk, bytes; 0 while it does not. */
    long waitingBytes;
    /** Whether it was asked for since it was written to disk. */
    boolean used;

    /** Whether it waits to be read into memory ahead of its use, or is being read. */
    boolean aheadWanted;
    /** Whether its value in memory was read ahead and not asked for yet. */
    boolean ahead;

    long storedAtMicros;
    long expiresAtMillis = FOREVER;
    /** The lease of its unit under which this entry is still to be read; 0 for none. */
    long lease;
    /** The round of its unit's uses in which it was read last. */
    long round;

    Entry(StoreKey key, @Nullable EngineKey engineKey, ChunkUnit unit, long sequence) {
        this.key = key;
        this.engineKey = engineKey;
        this.unit = unit;
        this.sequence = sequence;
    }

    /** Whether there is a value at all. */
    boolean isThere() {
        return value != null || isOnGpu() || place != null;
    }

    /** Whether it can be had from the GPU, or from the way there. */
    boolean isOnGpu() {
        return onGpu != null || leaving != null;
    }

    boolean isOnDiskOnly() {
        return value == null && !isOnGpu() && place != null;
    }

    int indexBytes() {
        return engineKey == null ? PLAIN_BYTES + key.bytes.length : mostIndexBytes(key.bytes.length);
    }

    /** What an entry is charged at most for a key of {@code length} bytes. */
    static int mostIndexBytes(int length) {
        return PLAIN_BYTES + PARSED_BYTES + KEY_COPIES * length;
    }
}
