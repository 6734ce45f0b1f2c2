package dev.kvcachepool.router.app;

import dev.kvcachepool.bridges.lmcache.CacheEventInbox;
import dev.kvcachepool.bridges.lmcache.CacheEventReader;
import dev.kvcachepool.bridges.lmcache.InboxStats;
import dev.kvcachepool.prefixadvert.anyposition.StoredTokens;
import dev.kvcachepool.prefixadvert.table.AdvertView;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import dev.kvcachepool.router.pick.EngineMemory;
import dev.kvcachepool.router.pick.PoolModels;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What LMCache's instances say of their own caches, as this router has read it: once the pool says how its models are cut, and
 * all anew when it says otherwise. A thread of its own beside the reader's, none without a topic.
 */
final class CacheEventsFeed implements EngineMemory, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** Of one instance: a chunk takes some 200 bytes. */
    private static final int MOST_CHUNKS = 1 << 18;
    /** Of all instances, a quarter of the heap that a router is given where nobody says otherwise. */
    private static final long MOST_BYTES = 256 << 20;

    private final RouterConfig config;
    private final AdvertView adverts;
    private final PoolModels models;
    private final StoredTokens tokens;
    private final @Nullable ChangeWatch<List<ModelSpec>> watch;
    private List<ModelSpec> declared = List.of();
    private @Nullable CacheEventReader reader;
    private volatile @Nullable CacheEventInbox inbox;

    private CacheEventsFeed(RouterConfig config, AdvertView adverts, StoredTokens tokens) {
        this.config = config;
        this.adverts = adverts;
        this.models = new PoolModels(adverts, config.pool(), System::nanoTime);
        this.tokens = tokens;
        var source = config.adverts();
        this.watch = source == null || config.cacheEventsTopic().isEmpty()
                ? null
                : new ChangeWatch<>(
                        "cache-events-feed",
                        List.of(),
                        this::declared,
                        now -> follow(source, now),
                        this::end,
                        PATIENCE);
    }

    /** Begins to follow, if the router was told a topic. */
    static CacheEventsFeed of(RouterConfig config, AdvertView adverts, StoredTokens tokens) {
        var feed = new CacheEventsFeed(config, adverts, tokens);
        if (feed.watch != null) {
            feed.watch.start();
        }
        return feed;
    }

    boolean isWanted() {
        return watch != null;
    }

    InboxStats stats() {
        var current = inbox;
        return current == null ? InboxStats.NONE : current.stats();
    }

    @Override
    public int run(String engine, Namespace namespace, List<BlockHash> chain, int from, List<Integer> groups) {
        var current = inbox;
        return current == null ? 0 : current.run(engine, namespace, chain, from, groups);
    }

    /** As they were declared last: a pool without nodes for a while is the same pool. */
    private List<ModelSpec> declared() {
        var now = adverts.ready() ? models.all() : List.<ModelSpec>of();
        if (!now.isEmpty()) {
            declared = now;
        }
        return declared;
    }

    private void follow(AdvertSource source, List<ModelSpec> now) {
        end();
        var next = new CacheEventInbox(() -> now, new SaltKey(config.saltKey()), tokens, MOST_CHUNKS, MOST_BYTES);
        var following = new CacheEventReader(source.clients(), config.cacheEventsTopic(), next::take);
        inbox = next;
        reader = following;
        following.start();
    }

    private void end() {
        var current = reader;
        reader = null;
        if (current != null) {
            current.close();
        }
    }

    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
    }
}
