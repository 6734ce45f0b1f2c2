package dev.kvcachepool.cachenode.pool;

import dev.kvcachepool.cachenode.peer.Greeting.Role;
import dev.kvcachepool.cachenode.placement.Placement;
import dev.kvcachepool.cachenode.store.BlockStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a draining node does with what it holds: asks the new home of each key to take it, the last used first, as many
 * as the time allows. A few at a time, so that it goes on answering.
 */
public final class HandOver {
    private static final int AT_A_TIME = 4;
    /** How long this node may take to read its own farewell. */
    private static final Duration FAREWELL = Duration.ofSeconds(3);

    private static final long POLL_MILLIS = 10;

    private final BlockStore store;
    private final Pool pool;
    private final AtomicInteger next = new AtomicInteger();

    public HandOver(BlockStore store, Pool pool) {
        this.store = store;
        this.pool = pool;
    }

    /** Runs until all is handed over or {@code atMost} is over; called once, after the others were told. */
    public void run(Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        if (!awaitFarewell(Math.min(atMost.toNanos(), FAREWELL.toNanos()))) {
            return;
        }
        var keys = store.keysByUse();
        try (var workers = Executors.newFixedThreadPool(
                AT_A_TIME, Thread.ofPlatform().name("hand-over-", 0).daemon().factory())) {
            for (int i = 0; i < AT_A_TIME; i++) {
                workers.execute(() -> handOver(keys, end));
            }
            workers.shutdown();
            if (!workers.awaitTermination(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                workers.shutdownNow();
            }
        }
        pool.counters.notHandedOver.add(store.keys());
    }

    /** Waits until this node counts itself out; before that it is home to its keys itself. */
    private boolean awaitFarewell(long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        while (isServing(pool.placement)) {
            if (System.nanoTime() - end >= 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        return true;
    }

    private static boolean isServing(Placement placement) {
        return placement.view().serving().stream()
                .anyMatch(member -> member.id().equals(placement.self()));
    }

    private void handOver(List<byte[]> keys, long end) {
        for (int at = next.getAndIncrement(); at < keys.size(); at = next.getAndIncrement()) {
            if (System.nanoTime() - end >= 0 || Thread.currentThread().isInterrupted()) {
                return;
            }
            var key = keys.get(at);
            var route = pool.placement.route(key);
            var home = route.home();
            if (home == null || route.here() || store.length(key) < 0) {
                continue;
            }
            var there = pool.peers.at(home, pool.placement.self(), Role.HOME, 1, route.view());
            if (there.take(key)) {
                pool.counters.handedOver.increment();
            }
        }
    }
}
