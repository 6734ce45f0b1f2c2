package dev.kvcachepool.cachenode.nearby;

import dev.kvcachepool.cachenode.key.EngineKey;
import dev.kvcachepool.prefixadvert.index.BlockHolding;
import dev.kvcachepool.prefixadvert.wire.BlockId;

/** A value that is not here: the part of an advertised block that its key names. */
public record Sought(EngineKey key, BlockId block) {

    /** Whether a row of the block means this value, too. */
    boolean isIn(BlockHolding holding) {
        return holding.worldSize() == key.worldSize() && holding.held().has(key.worldSize(), key.group(), key.rank());
    }

    @Override
    public String toString() {
        return key.toString();
    }
}
