package dev.kvcachepool.bridges.vllm;

import dev.kvcachepool.prefixadvert.hash.ExtraKeys;
import dev.kvcachepool.prefixadvert.wire.Tier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One block of an engine at its place in a prompt. Guarded by its {@link EngineBlocks}. */
final class EngineBlock {
    final EngineHash hash;
    final @Nullable EngineHash parentHash;
    /** Where a chunk reaches from here into the block before this one; else null, so that what is gone is not kept. */
    final @Nullable EngineBlock parent;

    final Lineage lineage;
    /** Tokens of the prompt before this block. */
    final int start;

    final int[] tokens;
    /** Images and the like whose places lie in this block, their offsets from the prompt's start. */
    final List<ExtraKeys.Media> media;
    /** The pool's hash of the last chunk that ends at or before this block's end. */
    byte[] chain;

    /** The chunks that this block is a part of, those that later blocks complete among them. */
    final List<CoveredChunk> chunks = new ArrayList<>(1);

    /** Blocks that have this one as {@link #parent}. */
    int children;

    private boolean onGpu;
    /** Blocks that the copy in host memory under this very hash covers, this one and those before it; 0 without one. */
    int hostSpan;
    /** Copies in host memory that cover this block. */
    int hostCopies;

    EngineBlock(
            EngineHash hash,
            @Nullable EngineHash parentHash,
            @Nullable EngineBlock parent,
            Lineage lineage,
            int start,
            int[] tokens,
            List<ExtraKeys.Media> media,
            byte[] chain) {
        this.hash = hash;
        this.parentHash = parentHash;
        this.parent = parent;
        this.lineage = lineage;
        this.start = start;
        this.tokens = tokens;
        this.media = media;
        this.chain = chain;
    }

    int end() {
        return start + tokens.length;
    }

    void onGpu(boolean is) {
        onGpu = is;
    }

    /** Mask of the engine's tiers that have it. */
    int tiers() {
        return (onGpu ? Tier.ENGINE_GPU.mask() : 0) | (hostCopies > 0 ? Tier.ENGINE_HOST.mask() : 0);
    }

    /** Whether it is nowhere, and no chunk needs to know that. */
    boolean isForgettable() {
        return tiers() == 0 && children == 0;
    }
}
