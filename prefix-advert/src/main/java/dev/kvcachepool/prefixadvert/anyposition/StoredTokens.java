package dev.kvcachepool.prefixadvert.anyposition;

import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;

/**
 * Is told which tokens stored chunks cover: by bridges, as RESP never carries tokens. Who holds a chunk, and whether it is still
 * held, the adverts say.
 */
@FunctionalInterface
public interface StoredTokens {

    /**
     * A chunk was stored.
     *
     * @param chunk the chunk's block, by its whole prefix
     * @param rest of its hash, which engines' keys have whole: {@link BlockHash#restOf}; NONE where it is not known
     * @param tokens the chunk's own token ids, without those before it; the callee keeps no reference
     * @param position of the chunk's first token in its prompt
     */
    void stored(BlockId chunk, BlockHash rest, int[] tokens, int position);
}
