package dev.kvcachepool.e2e.outage;

import dev.kvcachepool.e2e.engine.BlockBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * A chunk as LMCache's multiprocess form names it, with contents that follow from its hash and a version.
 *
 * @param hash the chain's, in hex
 */
record Chunk(String hash) {
    static final String MODEL = "outage-8b";
    static final String SCHEME = "lmcache-blake3";
    private static final String PREFIX = MODEL + "@01000100@0@";
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    byte[] key() {
        return (PREFIX + hash).getBytes(StandardCharsets.UTF_8);
    }

    /** What version {@code version} has in it. */
    byte[] content(int version, int bytes) {
        long seed = ByteBuffer.wrap(HexFormat.of().parseHex(hash)).getLong() ^ version * GOLDEN;
        return BlockBytes.make(ByteBuffer.allocate(Long.BYTES).putLong(seed).array(), bytes);
    }

    /** The chunk of a key that {@link #key} made. */
    static Chunk ofKey(byte[] key) {
        var text = new String(key, StandardCharsets.UTF_8);
        if (!text.startsWith(PREFIX)) {
            throw new IllegalArgumentException("no key of these tests: " + text);
        }
        return new Chunk(text.substring(PREFIX.length()));
    }
}
