package dev.kvcachepool.cachenode.adverts;

import dev.kvcachepool.bridges.lmcache.CacheKey;
import dev.kvcachepool.bridges.lmcache.KeySource;
import dev.kvcachepool.cachenode.key.EngineKey;
import dev.kvcachepool.cachenode.store.KeyFeed;
import dev.kvcachepool.cachenode.store.KeyFeed.KeyState;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The store's keys as LMCache's events name them. Left out are keys of LMCache's in-process layout, whose hashes have 8 of
 * their bytes only and which no instance reports, keys beyond the events' bounds, and those with a salt unless salts may be
 * told. Thread-safe.
 */
final class StoredKeys implements KeySource {
    private static final int MOST_MODEL = 512;

    private final KeyFeed feed;
    private final boolean withSalts;
    private final LongAdder leftOut = new LongAdder();

    StoredKeys(KeyFeed feed, boolean withSalts) {
        this.feed = feed;
        this.withSalts = withSalts;
    }

    @Override
    public void restart() {
        feed.begin();
    }

    @Override
    public void end() {
        feed.end();
    }

    @Override
    public Page held(long cursor, int most) {
        var page = feed.page(cursor, most);
        return new Page(page.next(), named(page.keys()));
    }

    @Override
    public @Nullable List<State> changed(int most) {
        var keys = feed.changed(most);
        return keys == null ? null : named(keys);
    }

    @Override
    public long leftOut() {
        return leftOut.sum();
    }

    private List<State> named(List<KeyState> keys) {
        return keys.stream().map(this::named).filter(Objects::nonNull).toList();
    }

    private @Nullable State named(KeyState state) {
        var key = state.key();
        boolean allowed = key.form() == EngineKey.Form.MULTIPROCESS
                && key.model().length() <= MOST_MODEL
                && (withSalts || key.salt().isEmpty());
        var named = allowed ? cacheKey(key) : null;
        if (named == null) {
            leftOut.increment();
            return null;
        }
        return new State(named, state.bytes());
    }

    private static @Nullable CacheKey cacheKey(EngineKey key) {
        int kvRank = key.worldSize() << 24 | key.rank() << 16 | key.localWorld() << 8 | key.localRank();
        try {
            return new CacheKey(key.hash().toString(), key.model(), kvRank, key.group(), key.salt());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
