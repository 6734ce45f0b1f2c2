package dev.kvcachepool.prefixadvert.hash;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** A scheme as its root and a step from one block to the next. A chain is computed with one set of buffers. */
class ChainHasher implements BlockHasher {
    private final HashScheme scheme;
    private final int blockTokens;
    private final byte[] root;
    private final Supplier<? extends ChainStep> steps;

    ChainHasher(HashScheme scheme, int blockTokens, byte[] root, Supplier<? extends ChainStep> steps) {
        if (blockTokens < 1) {
            throw new IllegalArgumentException("a block has at least 1 token, not " + blockTokens);
        }
        this.scheme = scheme;
        this.blockTokens = blockTokens;
        this.root = root;
        this.steps = steps;
    }

    @Override
    public final HashScheme scheme() {
        return scheme;
    }

    @Override
    public final int blockTokens() {
        return blockTokens;
    }

    @Override
    public final byte[] root() {
        return root.clone();
    }

    @Override
    public final byte[] next(byte[] parent, int[] tokens, int offset) {
        return steps.get().next(parent, tokens, offset);
    }

    @Override
    public final List<byte[]> chain(int[] tokens) {
        var blocks = tokens.length / blockTokens;
        var chain = new ArrayList<byte[]>(blocks);
        var step = steps.get();
        var parent = root;
        for (int block = 0; block < blocks; block++) {
            parent = step.next(parent, tokens, block * blockTokens);
            chain.add(parent);
        }
        return chain;
    }
}
