package dev.kvcachepool.cachenode.pool;

import dev.kvcachepool.cachenode.store.PutOptions;
import dev.kvcachepool.cachenode.store.PutResult;
import dev.kvcachepool.cachenode.store.Upload;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A value that is received at its home. */
final class HomeUpload implements Upload {
    private final PooledValues values;
    private final byte[] key;
    private final Upload received;

    HomeUpload(PooledValues values, byte[] key, Upload received) {
        this.values = values;
        this.key = key;
        this.received = received;
    }

    @Override
    public long size() {
        return received.size();
    }

    @Override
    public long missing() {
        return received.missing();
    }

    @Override
    public @Nullable ByteBuffer space() {
        return received.space();
    }

    @Override
    public PutResult put(PutOptions options) {
        return values.put(key, received, options);
    }

    @Override
    public void close() {
        received.close();
    }
}
