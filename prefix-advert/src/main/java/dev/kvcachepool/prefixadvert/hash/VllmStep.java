package dev.kvcachepool.prefixadvert.hash;

import org.jspecify.annotations.Nullable;

/** vLLM: {@code F([parent, [tokens], extra keys or null])} over canonical CBOR; {@code F(seed)} before the first block. */
final class VllmStep implements ChainStep {
    private final int blockTokens;
    private final CborDigest digest;
    private final CborWriter input;

    VllmStep(HashScheme scheme, int blockTokens) {
        this.blockTokens = blockTokens;
        this.digest = CborDigest.of(scheme);
        this.input = new CborWriter(capacity(blockTokens));
    }

    /** Enough for a hash, the tokens at 5 bytes each at most, and the heads. */
    static int capacity(int blockTokens) {
        return 64 + 5 * blockTokens;
    }

    static byte[] root(HashScheme scheme, String seed) {
        return CborDigest.of(scheme).of(new CborWriter(64).text(seed));
    }

    @Override
    public byte[] next(byte[] parent, int[] tokens, int offset) {
        return next(parent, tokens, offset, null);
    }

    byte[] next(byte[] parent, int[] tokens, int offset, @Nullable ExtraKeys extra) {
        input.clear().array(3).bytes(parent).array(blockTokens);
        for (int i = 0; i < blockTokens; i++) {
            input.unsigned(Integer.toUnsignedLong(tokens[offset + i]));
        }
        if (extra == null || extra.isEmpty()) {
            input.nil();
        } else {
            extra.writeTo(input);
        }
        return digest.of(input);
    }
}
