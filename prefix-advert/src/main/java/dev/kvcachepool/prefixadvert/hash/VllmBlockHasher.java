package dev.kvcachepool.prefixadvert.hash;

import java.nio.ByteBuffer;

/** vLLM's block hashes, with what else counts beside tokens. Thread-safe. */
public final class VllmBlockHasher extends ChainHasher {
    VllmBlockHasher(HashScheme scheme, int blockTokens, String seed) {
        super(scheme, blockTokens, VllmStep.root(scheme, seed), () -> new VllmStep(scheme, blockTokens));
    }

    /**
     * The hash of one full block that has more to it than its tokens.
     *
     * @param parent as in {@link #next(byte[], int[], int)}, like {@code prompt} and {@code offset}
     * @param extra of this very block
     * @return a fresh array, as long as the scheme's hash
     */
    public byte[] next(byte[] parent, int[] prompt, int offset, ExtraKeys extra) {
        return new VllmStep(scheme(), blockTokens()).next(parent, prompt, offset, extra);
    }

    /** The number that stands for {@code hash} in vLLM's events with integer hashes: its last 8 bytes, unsigned. */
    public static long wireInteger(byte[] hash) {
        return ByteBuffer.wrap(hash).getLong(hash.length - Long.BYTES);
    }
}
