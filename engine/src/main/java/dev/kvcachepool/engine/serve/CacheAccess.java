package dev.kvcachepool.engine.serve;

import dev.kvcachepool.engine.blend.BlendSettings;
import dev.kvcachepool.engine.pool.ChunkKeys;
import dev.kvcachepool.engine.pool.ChunkWriter;
import dev.kvcachepool.engine.pool.ReaderThread;
import org.jspecify.annotations.Nullable;

/**
 * An engine's way to a pool, which it closes.
 *
 * @param keys of its model
 * @param reader asks the pool
 * @param writer stores into it
 * @param blend null where prefixes alone are reused
 */
public record CacheAccess(
        ChunkKeys keys,
        ReaderThread reader,
        ChunkWriter writer,
        @Nullable BlendSettings blend) {}
