package dev.kvcachepool.engine.pool;

import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import java.util.function.Predicate;

/** Where chunks come from. Confined to one thread. Nothing raises for a pool that is away: it holds nothing then. */
public interface ChunkSource extends AutoCloseable {

    /** Which of the keys are there, by their places in the list; they are kept for the node's read lease. */
    BitSet held(List<byte[]> keys);

    /**
     * Shows a chunk where it lies.
     *
     * @param bytes that it has; of another size it is none
     * @param taker copies what it wants of the parts, which may be changed under it; false where the chunk is not wanted any more
     * @return whether the taker had it whole and unchanged; if not, what it copied is worth nothing
     */
    boolean read(byte[] key, int bytes, Predicate<List<ByteBuffer>> taker);

    @Override
    void close();
}
