package dev.kvcachepool.prefixadvert.hash;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * LMCache in-process with vLLM's functions: {@code F([parent, [tokens], []])}, of which the first 8 bytes count. The
 * parent goes in as the number that these 8 bytes are, and the first chunk's parent is vLLM's root cut the same way.
 */
final class LmcacheCborStep implements ChainStep {
    private final int blockTokens;
    private final CborDigest digest;
    private final CborWriter input;

    LmcacheCborStep(HashScheme scheme, int blockTokens) {
        this.blockTokens = blockTokens;
        this.digest = CborDigest.of(scheme);
        this.input = new CborWriter(VllmStep.capacity(blockTokens));
    }

    static byte[] root(HashScheme scheme, String seed) {
        return cut(VllmStep.root(scheme, seed));
    }

    @Override
    public byte[] next(byte[] parent, int[] tokens, int offset) {
        input.clear().array(3).unsigned(ByteBuffer.wrap(parent).getLong()).array(blockTokens);
        for (int i = 0; i < blockTokens; i++) {
            input.unsigned(Integer.toUnsignedLong(tokens[offset + i]));
        }
        return cut(digest.of(input.array(0)));
    }

    private static byte[] cut(byte[] hash) {
        return Arrays.copyOf(hash, Long.BYTES);
    }
}
