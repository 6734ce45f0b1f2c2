package dev.kvcachepool.cachenode.store;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A value on its way to a key, wherever the key lives. Owned by one thread, which closes it. Nobody else sees it before
 * {@link #put}.
 */
public interface Upload extends AutoCloseable {

    /** Bytes of the whole value. */
    long size();

    /** Bytes that have not arrived, whether there is room for them or not. */
    long missing();

    /**
     * Where the next bytes go, by advancing the buffer's position; never reaches beyond the value's end.
     *
     * @return a buffer with at least one byte left, the same until it is full; null when the value is complete, or when
     *     there is no place for it and the rest is to be skipped
     */
    @Nullable
    ByteBuffer space();

    /** Gives the value to its key, in one step for all others; called once, with nothing missing or nothing kept. */
    PutResult put(PutOptions options);

    /** Frees what was taken unless the value was put. */
    @Override
    void close();
}
