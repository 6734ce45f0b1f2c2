package dev.kvcachepool.cachenode.store;

import java.util.Arrays;

/** The bytes of a key, for use in maps. Comparable, so that keys made to collide cost a logarithm and not a scan. */
final class StoreKey implements Comparable<StoreKey> {
    final byte[] bytes;
    private final int hash;

    /** Takes {@code bytes} over. */
    StoreKey(byte[] bytes) {
        this.bytes = bytes;
        this.hash = Arrays.hashCode(bytes);
    }

    @Override
    public int compareTo(StoreKey other) {
        return Arrays.compare(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StoreKey that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
