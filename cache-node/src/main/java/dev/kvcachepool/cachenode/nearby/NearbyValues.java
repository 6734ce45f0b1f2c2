package dev.kvcachepool.cachenode.nearby;

import dev.kvcachepool.cachenode.memory.Value;
import dev.kvcachepool.cachenode.store.KeyValues;
import dev.kvcachepool.cachenode.store.LocalValues;
import dev.kvcachepool.cachenode.store.PinResult;
import dev.kvcachepool.cachenode.store.ScanPage;
import dev.kvcachepool.cachenode.store.Upload;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One client's keys: this node's own, and for GET and EXISTS those of other nodes too. Thread-safe, but for what is
 * {@link #together}, which is the command's thread's.
 */
final class NearbyValues implements KeyValues {
    private final LocalValues local;
    private final Nearby nearby;
    private final BooleanSupplier gone;
    private final @Nullable Budget budget;

    /**
     * Of a client.
     *
     * @param budget of all keys; null where each has its own
     */
    NearbyValues(LocalValues local, Nearby nearby, BooleanSupplier gone, @Nullable Budget budget) {
        this.budget = budget;
        this.local = local;
        this.nearby = nearby;
        this.gone = gone;
    }

    @Override
    public KeyValues together() {
        return new NearbyValues(local, nearby, gone, nearby.budget());
    }

    @Override
    public @Nullable Value get(byte[] key) {
        return nearby.get(key, gone, budget);
    }

    @Override
    public boolean exists(byte[] key) {
        return nearby.exists(key, budget);
    }

    @Override
    public Upload receive(byte[] key, long size) {
        return local.receive(key, size);
    }

    @Override
    public PinResult pin(byte[] key, long untilMillis) {
        return local.pin(key, untilMillis);
    }

    @Override
    public boolean unpin(byte[] key) {
        return local.unpin(key);
    }

    @Override
    public boolean delete(byte[] key) {
        return local.delete(key);
    }

    @Override
    public long length(byte[] key) {
        return local.length(key);
    }

    @Override
    public long expiresAtMillis(byte[] key) {
        return local.expiresAtMillis(key);
    }

    @Override
    public boolean expireAt(byte[] key, long atMillis) {
        return local.expireAt(key, atMillis);
    }

    @Override
    public void clear() {
        local.clear();
    }

    @Override
    public long keys() {
        return local.keys();
    }

    @Override
    public ScanPage scan(long cursor, int count) {
        return local.scan(cursor, count);
    }
}
