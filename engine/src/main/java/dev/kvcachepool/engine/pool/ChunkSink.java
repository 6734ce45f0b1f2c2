package dev.kvcachepool.engine.pool;

import java.nio.ByteBuffer;

/** Where chunks go. Confined to one thread. Nothing raises for a pool that is away: it takes nothing then. */
public interface ChunkSink extends AutoCloseable {

    /** Whether what is left of the value was taken. */
    boolean store(byte[] key, ByteBuffer value);

    @Override
    void close();
}
