package dev.kvcachepool.prefixadvert.publish;

import dev.kvcachepool.prefixadvert.wire.BlockId;
import java.util.function.Consumer;

/** A store that can be advertised: it tells of each change, and all that it holds. Thread-safe. */
public interface AdvertisedStore extends BlockSource {

    /** Whom to tell of changes from now on: one at a time. */
    void listen(BlockListener listener);

    /** Names every block that is held whole, for advertising all of them. */
    void forEachWhole(Consumer<BlockId> each);
}
