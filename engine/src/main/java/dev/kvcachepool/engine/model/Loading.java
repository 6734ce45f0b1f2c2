package dev.kvcachepool.engine.model;

import java.util.BitSet;

/** Keys and values that are being written into a {@link KvMemory} while its first layer is computed. */
@FunctionalInterface
public interface Loading {

    /**
     * Waits for the end of it.
     *
     * @return the positions that are there now, in the second layer and above
     */
    BitSet await() throws InterruptedException;
}
