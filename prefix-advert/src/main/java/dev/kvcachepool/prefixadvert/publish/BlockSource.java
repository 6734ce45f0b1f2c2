package dev.kvcachepool.prefixadvert.publish;

import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import org.jspecify.annotations.Nullable;

/** A store as its publisher sees it: asked for a block's state at the moment of publishing. Thread-safe. */
@FunctionalInterface
public interface BlockSource {

    /** What is held of {@code block} now, or null when it is not held whole and must not be advertised. */
    @Nullable
    BlockRow current(BlockId block);
}
