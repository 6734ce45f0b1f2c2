package dev.kvcachepool.prefixadvert.anyposition;

import dev.kvcachepool.prefixadvert.wire.BlockHash;

/** Is offered stored chunks that occur in a query, and says which count. */
@FunctionalInterface
public interface ChunkTaker {

    /**
     * The chunk's tokens stand in the query.
     *
     * @param rest of the chunk's hash; {@link BlockHash#NONE} where it is not known
     * @param then position of the chunk's first token where it was stored
     * @param now its position in the query
     * @return whether it is taken; if not, another chunk of the same tokens may be offered for the place, then the next place
     */
    boolean take(BlockHash chunk, BlockHash rest, int then, int now);
}
