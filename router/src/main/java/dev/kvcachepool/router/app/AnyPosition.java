package dev.kvcachepool.router.app;

import dev.kvcachepool.prefixadvert.anyposition.FingerprintIndex;
import dev.kvcachepool.prefixadvert.anyposition.StoredTokens;
import dev.kvcachepool.prefixadvert.table.AdvertView;
import dev.kvcachepool.router.pick.BlendLookup;
import dev.kvcachepool.router.pick.PoolNodes;
import dev.kvcachepool.router.pick.Steering;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Which tokens stored chunks cover, unless the router is to keep none: filled by bridges, asked by the routes, and rid of
 * what nobody holds any more, all of it about once a minute. Owned by the application, which closes it.
 */
final class AnyPosition implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(AnyPosition.class);
    /** A chunk's tokens may come before its advert, and long before all of its ranks are there. */
    private static final Duration GRACE = Duration.ofMinutes(1);

    private static final int SHARES = 60;

    private final Optional<FingerprintIndex> index;
    private final Optional<BlendLookup> lookup;
    private final ScheduledExecutorService forgetting = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("any-position-forgets").factory());

    private AnyPosition(Optional<FingerprintIndex> index, Optional<BlendLookup> lookup) {
        this.index = index;
        this.lookup = lookup;
    }

    static AnyPosition of(RouterConfig config, AdvertView adverts, Steering steering, PoolNodes nodes) {
        if (config.adverts() == null || config.anyPositionBytes() == 0) {
            return new AnyPosition(Optional.empty(), Optional.empty());
        }
        var index = new FingerprintIndex(config.anyPositionBytes(), System::nanoTime);
        var lookup = new BlendLookup(index, steering, nodes);
        var kept = new AnyPosition(Optional.of(index), Optional.of(lookup));
        var _ = kept.forgetting.scheduleWithFixedDelay(() -> forget(index, lookup, adverts), 1, 1, TimeUnit.SECONDS);
        return kept;
    }

    private static void forget(FingerprintIndex index, BlendLookup lookup, AdvertView adverts) {
        try {
            if (adverts.ready()) {
                index.forgetUnheld(GRACE, SHARES, lookup::heldByAnyone);
            }
        } catch (RuntimeException e) {
            LOG.error("tokens of chunks that nobody holds were not forgotten; tried again in a second", e);
        }
    }

    /** Where bridges say which tokens stored chunks cover; they are dropped where the router keeps none. */
    StoredTokens tokens() {
        return index.<StoredTokens>map(kept -> kept).orElse((chunk, rest, tokens, position) -> {});
    }

    Optional<FingerprintIndex> index() {
        return index;
    }

    Optional<BlendLookup> lookup() {
        return lookup;
    }

    @Override
    public void close() {
        forgetting.shutdownNow();
    }
}
