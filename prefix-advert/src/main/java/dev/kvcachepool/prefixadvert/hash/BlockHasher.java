package dev.kvcachepool.prefixadvert.hash;

import java.util.List;

/** Computes a prompt's chain of block hashes under one scheme. Implementations are thread-safe. */
public interface BlockHasher {

    HashScheme scheme();

    /** Tokens a block. */
    int blockTokens();

    /**
     * The hash that stands before the first block.
     *
     * @return a fresh array
     */
    byte[] root();

    /**
     * The hash of one full block.
     *
     * @param parent the hash of the block before it, or {@link #root()}
     * @param tokens the prompt; not modified
     * @param offset of the block's first token; {@code offset + blockTokens() <= tokens.length}
     * @return a fresh array, as long as the scheme's hash
     */
    byte[] next(byte[] parent, int[] tokens, int offset);

    /** The chain of all full blocks of {@code tokens}; a last block that is not full has no hash. */
    default List<byte[]> chain(int[] tokens) {
        var blocks = tokens.length / blockTokens();
        var chain = new java.util.ArrayList<byte[]>(blocks);
        var parent = root();
        for (int block = 0; block < blocks; block++) {
            parent = next(parent, tokens, block * blockTokens());
            chain.add(parent);
        }
        return chain;
    }
}
