package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.adverts.AdvertSettings;
import dev.kvcachepool.cachenode.adverts.MembershipFeed;
import dev.kvcachepool.cachenode.lifecycle.NodeLifecycle;
import dev.kvcachepool.cachenode.peer.PeerSettings;
import dev.kvcachepool.cachenode.peer.Peers;
import dev.kvcachepool.cachenode.placement.Placement;
import dev.kvcachepool.cachenode.pool.HandOver;
import dev.kvcachepool.cachenode.pool.Homing;
import dev.kvcachepool.cachenode.pool.Pool;
import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import java.time.Duration;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** What a node of a Pooled pool has besides: the others. Thread-safe. */
final class Pooling implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Pooling.class);

    /** After a change: how long values are looked for where they were. */
    private static final Duration WINDOW = Duration.ofMinutes(10);

    /** It waits for one answer of a node at most. */
    private static final Duration JOIN_END = Duration.ofSeconds(2);

    private final BlockStore store;
    private final Peers peers;
    private final Placement placement;
    private final Pool pool;
    private final MembershipFeed feed;
    private volatile @Nullable Thread join;

    /** Knows of nobody until {@link #join}. */
    Pooling(NodeSettings settings, AdvertSettings adverts, BlockStore store) {
        this.store = store;
        this.peers = new Peers(PeerSettings.defaults(
                settings.resp().access().peers(), settings.tls().tls()));
        this.placement = new Placement(settings.holder(), WINDOW, System::nanoTime);
        this.pool = new Pool(store, placement, peers, WINDOW);
        this.feed = new MembershipFeed(adverts, placement, store::clear);
    }

    Pool pool() {
        return pool;
    }

    Peers peers() {
        return peers;
    }

    Placement placement() {
        return placement;
    }

    /**
     * Serves once the other nodes are known, so that this one knows whose values it takes over; {@code serving} is run when
     * keys have come to live here.
     */
    void join(NodeLifecycle lifecycle, Runnable serving) {
        boolean foundSome = store.keys() > 0;
        feed.start();
        join = Thread.ofPlatform().name("join").daemon().start(() -> {
            try {
                feed.awaitFirst();
                if (lifecycle.moveTo(NodeState.SERVING)) {
                    feed.awaitHome();
                    serving.run();
                    if (foundSome) {
                        new Homing(store, pool).run(WINDOW);
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Gives what is held to the others, as far as the time allows. */
    void handOver(Duration atMost) {
        try {
            endJoining();
            new HandOver(store, pool).run(atMost);
            LOG.infof(
                    "handed over %d values to other nodes; %d were taken by nobody in time",
                    pool.counters().handedOver(), pool.counters().notHandedOver());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void endJoining() throws InterruptedException {
        var thread = join;
        if (thread != null) {
            thread.interrupt();
            var _ = thread.join(JOIN_END);
        }
    }

    @Override
    public void close() {
        feed.close();
        peers.close();
    }
}
