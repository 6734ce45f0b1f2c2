package dev.kvcachepool.cachenode.store;

/** What a unit is called after it is gone: 64 bits, equal for equal chunks and equal opaque keys. */
final class UnitIds {
    private static final long PRIME = 0x100000001B3L;
    private static final long OFFSET = 0xCBF29CE484222325L;
    private static final long MIX = 0xBF58476D1CE4E5B9L;
    private static final int FOLD = 31;

    private UnitIds() {}

    static long of(ChunkId id) {
        return spread(add(OFFSET, id.hash().bytes()) * PRIME
                + (long) id.model().hashCode() * FOLD
                + id.salt().hashCode());
    }

    static long of(byte[] key) {
        return spread(add(OFFSET, key));
    }

    /** FNV-1a. */
    private static long add(long sum, byte[] bytes) {
        long all = sum;
        for (byte one : bytes) {
            all = (all ^ (one & 0xFF)) * PRIME;
        }
        return all;
    }

    private static long spread(long bits) {
        long mixed = (bits ^ bits >>> 30) * MIX;
        return mixed ^ mixed >>> 31;
    }
}
