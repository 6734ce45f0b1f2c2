package dev.kvcachepool.cachenode.pool;

import dev.kvcachepool.cachenode.peer.Greeting;
import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.cachenode.store.KeyValues;
import dev.kvcachepool.cachenode.store.LocalValues;
import org.jspecify.annotations.Nullable;

/** A node on its own: what it does not hold is nowhere. */
public final class LocalDoors implements Doors {
    private final LocalValues values;

    public LocalDoors(BlockStore store) {
        this.values = new LocalValues(store);
    }

    @Override
    public KeyValues clients() {
        return values;
    }

    @Override
    public @Nullable KeyValues peers(Greeting greeting) {
        return null;
    }

    @Override
    public Taken take(byte[] key, Greeting sender) {
        return Taken.NO;
    }

    @Override
    public boolean knowsPeers() {
        return false;
    }

    @Override
    public void tidy() {
        // Nothing lies here that lives elsewhere.
    }
}
