package dev.kvcachepool.cachenode.pool;

import dev.kvcachepool.cachenode.placement.View;
import dev.kvcachepool.cachenode.store.BlockStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a node found at its start, in memory or on disk, and lives elsewhere by now, as where its pool was deleted and made anew: the
 * nodes have other ids then, and so keys have other homes. Reads would not find it, as they ask homes of earlier views only: the
 * homes are asked to take it ({@link Offers}), and a value that they have already wins. Confined to one thread.
 */
public final class Homing {
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final BlockStore store;
    private final Pool pool;
    private @Nullable View done;

    public Homing(BlockStore store, Pool pool) {
        this.store = store;
        this.pool = pool;
    }

    /** Offers after each change of the pool's nodes, until {@code atMost} is over. */
    public void run(Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        while (System.nanoTime() - end < 0) {
            offer(end);
            TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
        }
    }

    /** Once, what lives elsewhere; nothing if all of it was taken under the present view. */
    void offer(long endNanos) throws InterruptedException {
        var view = pool.placement.view();
        if (view == done) {
            return;
        }
        new Offers(strangers(), Offers.AT_A_TIME, pool::offer).run(endNanos);
        if (strangers().isEmpty()) {
            done = view;
        }
    }

    private List<byte[]> strangers() {
        return store.keysByUse().stream()
                .filter(key -> {
                    var route = pool.placement.route(key);
                    return route.home() != null && !route.here();
                })
                .toList();
    }
}
