package dev.kvcachepool.bridges.vllm;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What an engine calls one of its blocks: the key under which it removes the block again, and nothing else. Engines send
 * bytes, or a number of 64 bits; one engine never both.
 *
 * @param high the first eight bytes, 0 for a number
 * @param low the eight bytes after those, or the number
 */
public record EngineHash(long high, long low) {
    static final int MIN_BYTES = 4;
    static final int MAX_BYTES = 64;

    /** The first 16 of {@value #MIN_BYTES} to {@value #MAX_BYTES} bytes. */
    static EngineHash of(byte[] bytes) {
        var first = ByteBuffer.wrap(Arrays.copyOf(bytes, 16));
        return new EngineHash(first.getLong(), first.getLong());
    }

    static EngineHash of(long number) {
        return new EngineHash(0, number);
    }
}
