package dev.kvcachepool.engine.blend;

import dev.kvcachepool.engine.pool.MovedChunk;
import java.util.List;

/** Finds stored chunks anywhere in a prompt. Nothing raises for a look-up that is away: it finds nothing then. Thread-safe. */
@FunctionalInterface
public interface AnyPositionLookup {

    /**
     * The chunks that occur, none overlapping, in the order of their places in the prompt.
     *
     * @param own keys of the prompt's whole chunks
     * @param salt the tenant's; empty for none
     */
    List<MovedChunk> find(int[] prompt, List<byte[]> own, String salt) throws InterruptedException;
}
