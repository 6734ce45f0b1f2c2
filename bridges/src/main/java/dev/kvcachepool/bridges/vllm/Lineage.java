package dev.kvcachepool.bridges.vllm;

import dev.kvcachepool.prefixadvert.hash.BlockHasher;
import dev.kvcachepool.prefixadvert.hash.ExtraKeys;
import dev.kvcachepool.prefixadvert.hash.VllmBlockHasher;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.RankSet;
import java.util.BitSet;
import java.util.List;

/**
 * What all blocks that follow on one first block have in common: whose they are, and how the pool cuts and hashes them.
 *
 * @param held what a row says of ranks: an engine that has a block has it for each of its ranks, and of each KV group that
 *     the model requires
 */
record Lineage(Namespace namespace, BlockHasher hasher, RankSet held) {

    static Lineage of(ModelSpec model, BlockHasher hasher, byte[] saltTag) {
        var groups = new BitSet();
        model.requiredGroups().forEach(groups::set);
        return new Lineage(Namespace.of(model.name(), model.scheme(), saltTag), hasher, RankSet.of(groups));
    }

    int chunkTokens() {
        return hasher.blockTokens();
    }

    /** Whether chunks with images and the like in them have a name in this scheme. */
    boolean namesMedia() {
        return hasher instanceof VllmBlockHasher;
    }

    /** The hash of a whole chunk. */
    byte[] next(byte[] parent, int[] chunk, List<ExtraKeys.Media> media) {
        if (!media.isEmpty() && hasher instanceof VllmBlockHasher vllm) {
            return vllm.next(parent, chunk, 0, ExtraKeys.media(media.toArray(ExtraKeys.Media[]::new)));
        }
        return hasher.next(parent, chunk, 0);
    }
}
