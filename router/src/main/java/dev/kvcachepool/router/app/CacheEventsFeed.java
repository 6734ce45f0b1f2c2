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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What LMCache's instances say of their own caches, as this router has read it: once the pool says how its models are cut, and
 * all anew when it says otherwise. A thread of its own beside the reader's, none without a topic.
 */
final class CacheEventsFeed implements EngineMemory, AutoCloseable {
    private static final long LOOK_MILLIS = 500;
    /** Of one instance: a chunk takes some 200 bytes. */
    private static final int MOST_CHUNKS = 1 << 18;

    private final @Nullable AdvertSource source;
    private final String topic;
    private final AdvertView adverts;
    private final PoolModels models;
    private final SaltKey saltKey;
    private final StoredTokens tokens;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final @Nullable Thread thread;
    private List<ModelSpec> begunWith = List.of();
    private @Nullable CacheEventReader reader;
    private volatile @Nullable CacheEventInbox inbox;

    /** Begins to follow, if the router was told a topic. */
    CacheEventsFeed(RouterConfig config, AdvertView adverts, StoredTokens tokens) {
        this.source = config.adverts();
        this.topic = config.cacheEventsTopic();
        this.adverts = adverts;
        this.models = new PoolModels(adverts, config.pool(), System::nanoTime);
        this.saltKey = new SaltKey(config.saltKey());
        this.tokens = tokens;
        this.thread = topic.isEmpty()
                ? null
                : Thread.ofPlatform().name("cache-events-feed").daemon().start(this::watch);
    }

    boolean isWanted() {
        return thread != null;
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

    private void watch() {
        try {
            do {
                look();
            } while (!closed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end();
        }
    }

    private void look() {
        var now = adverts.ready() ? models.all() : List.<ModelSpec>of();
        if (source == null || now.isEmpty() || now.equals(begunWith)) {
            return;
        }
        end();
        begunWith = now;
        var next = new CacheEventInbox(() -> now, saltKey, tokens, MOST_CHUNKS);
        var following = new CacheEventReader(source.clients(), topic, next::take);
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
        closed.countDown();
        if (thread != null) {
            try {
                thread.join(Duration.ofSeconds(10));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
