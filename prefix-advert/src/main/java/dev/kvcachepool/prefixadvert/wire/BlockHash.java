package dev.kvcachepool.prefixadvert.wire;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * The first 128 bits of a block's hash, which is what travels in adverts and keys the index.
 *
 * @param high bytes 0–7 of the hash, big-endian
 * @param low bytes 8–15 of the hash, big-endian; zero where the scheme's hash has only eight bytes
 */
public record BlockHash(long high, long low) {

    /** Takes the first 16 bytes of {@code hash}; a shorter hash (at least 8 bytes) is padded with zeros at its end. */
    public static BlockHash of(byte[] hash) {
        if (hash.length < Long.BYTES) {
            throw new IllegalArgumentException("block hash has " + hash.length + " bytes, at least 8 are needed");
        }
        var buffer = ByteBuffer.wrap(hash.length >= 16 ? hash : java.util.Arrays.copyOf(hash, 16));
        return new BlockHash(buffer.getLong(), buffer.getLong());
    }

    /** Parses hex digits, an even number, at least 16 of them. */
    public static BlockHash ofHex(String hex) {
        return of(HexFormat.of().parseHex(hex));
    }

    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
    }
}
