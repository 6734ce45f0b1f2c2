package dev.kvcachepool.prefixadvert.publish;

import dev.kvcachepool.prefixadvert.wire.BlockId;

/** Told by a store that a block's advertised state may be out of date. Called on data threads: must not block. */
@FunctionalInterface
public interface BlockListener {
    BlockListener NONE = block -> {};

    void changed(BlockId block);
}
