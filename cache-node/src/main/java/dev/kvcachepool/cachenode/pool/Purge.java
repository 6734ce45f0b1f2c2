package dev.kvcachepool.cachenode.pool;

import dev.kvcachepool.cachenode.placement.Placement;
import dev.kvcachepool.cachenode.placement.View;
import dev.kvcachepool.cachenode.store.BlockStore;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Removes what lives elsewhere and was not asked for while the pool settled, once a change. Confined to one thread. */
final class Purge {
    private static final int PAGE = 1000;

    private final BlockStore store;
    private final Placement placement;
    private final PoolCounters counters;
    private final Duration due;
    private @Nullable View done;

    Purge(BlockStore store, Placement placement, PoolCounters counters, Duration window) {
        this.store = store;
        this.placement = placement;
        this.counters = counters;
        this.due = window.multipliedBy(4).dividedBy(5);
    }

    void run() {
        var view = placement.view();
        if (!placement.isKnown() || view == done || placement.sinceMove().compareTo(due) < 0) {
            return;
        }
        long cursor = 0;
        do {
            var page = store.scan(cursor, PAGE);
            page.keys().forEach(this::look);
            cursor = page.next();
        } while (cursor != 0);
        done = view;
    }

    private void look(byte[] key) {
        var route = placement.route(key);
        if (route.here() || route.home() == null) {
            return;
        }
        boolean valid = placement.enter(route);
        try {
            if (valid && store.delete(key)) {
                counters.purged.increment();
            }
        } finally {
            placement.leave();
        }
    }
}
