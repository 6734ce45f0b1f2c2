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
    /** Where there is no hash, or none of its bytes. */
    public static final BlockHash NONE = new BlockHash(0, 0);

    private static final int BYTES = 16;
    private static final int LONGEST = 32;

    /** Takes the first 16 bytes of {@code hash}; a shorter hash (at least 8 bytes) is padded with zeros at its end. */
    public static BlockHash of(byte[] hash) {
        if (hash.length < Long.BYTES) {
            throw new IllegalArgumentException("block hash has " + hash.length + " bytes, at least 8 are needed");
        }
        var buffer = ByteBuffer.wrap(hash.length >= BYTES ? hash : java.util.Arrays.copyOf(hash, BYTES));
        return new BlockHash(buffer.getLong(), buffer.getLong());
    }

    /** What {@link #of} leaves out: bytes 16–31 of a hash that has them, else {@link #NONE}. */
    public static BlockHash restOf(byte[] hash) {
        return hash.length < LONGEST ? NONE : of(java.util.Arrays.copyOfRange(hash, BYTES, LONGEST));
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
