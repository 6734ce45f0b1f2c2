package dev.kvcachepool.cachenode.pool;

import dev.kvcachepool.cachenode.placement.Placement;
import dev.kvcachepool.cachenode.store.BlockStore;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What a draining node does with what it holds: asks the new home of each key to take it, the last used first, as many
 * as the time allows ({@link Offers}).
 */
public final class HandOver {
    /** How long this node may take to read its own farewell. */
    private static final Duration FAREWELL = Duration.ofSeconds(3);

    private static final long POLL_MILLIS = 10;

    private final BlockStore store;
    private final Pool pool;

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
        new Offers(store.keysByUse(), Offers.AT_A_TIME, pool::offer).run(end);
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
}
