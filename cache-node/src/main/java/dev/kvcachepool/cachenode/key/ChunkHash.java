package dev.kvcachepool.cachenode.key;

import java.util.Arrays;
import java.util.HexFormat;

/** The hash of a chunk: 8 or 32 bytes. Immutable. */
public final class ChunkHash {
    private final byte[] bytes;

    private ChunkHash(byte[] bytes) {
        this.bytes = bytes;
    }

    static ChunkHash of(byte[] bytes) {
        return new ChunkHash(bytes);
    }

    /** A fresh copy. */
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChunkHash that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
