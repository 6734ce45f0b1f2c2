package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.memory.Value;
import dev.kvcachepool.cachenode.memory.ValueBuilder;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The keys of this node's own store and no others. Thread-safe. */
public final class LocalValues implements KeyValues {
    private final BlockStore store;

    public LocalValues(BlockStore store) {
        this.store = store;
    }

    @Override
    public Upload receive(byte[] key, long size) {
        return new Receiving(store, key, store.receive(key, size));
    }

    @Override
    public @Nullable Value get(byte[] key) {
        return store.get(key);
    }

    @Override
    public boolean exists(byte[] key) {
        return store.exists(key);
    }

    @Override
    public boolean delete(byte[] key) {
        return store.delete(key);
    }

    @Override
    public long length(byte[] key) {
        return store.length(key);
    }

    @Override
    public long expiresAtMillis(byte[] key) {
        return store.expiresAtMillis(key);
    }

    @Override
    public boolean expireAt(byte[] key, long atMillis) {
        return store.expireAt(key, atMillis);
    }

    @Override
    public void clear() {
        store.clear();
    }

    @Override
    public long keys() {
        return store.keys();
    }

    @Override
    public ScanPage scan(long cursor, int count) {
        return store.scan(cursor, count);
    }

    private static final class Receiving implements Upload {
        private final BlockStore store;
        private final byte[] key;
        private final ValueBuilder builder;

        Receiving(BlockStore store, byte[] key, ValueBuilder builder) {
            this.store = store;
            this.key = key;
            this.builder = builder;
        }

        @Override
        public long size() {
            return builder.size();
        }

        @Override
        public long missing() {
            return builder.missing();
        }

        @Override
        public @Nullable ByteBuffer space() {
            return builder.space();
        }

        @Override
        public PutResult put(PutOptions options) {
            return store.put(key, builder, options);
        }

        @Override
        public void close() {
            builder.close();
        }
    }
}
