package dev.kvcachepool.cachenode.pool;

import dev.kvcachepool.cachenode.placement.Placement;
import dev.kvcachepool.cachenode.store.BlockStore;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What a draining node does with what it holds: asks the new home of each key to take it, the last used first, as many
 * as the time allows ({@link Offers}). What is refused is offered again, as a home refuses while it has not read the
 * farewell itself, and a busy one may be late.
 */
public final class HandOver {
    /** For how long nobody may take anything before that is given up. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final long POLL_MILLIS = 10;
    private static final long PAUSE_MILLIS = 100;

    private final BlockStore store;
    private final Pool pool;

    public HandOver(BlockStore store, Pool pool) {
        this.store = store;
        this.pool = pool;
    }

    /**
     * Runs until all is handed over, nobody takes anything any more or {@code atMost} is over; called once, after the others
     * were told. This node may take half of that to read its own farewell.
     */
    public void run(Duration atMost) throws InterruptedException {
        long begin = System.nanoTime();
        if (awaitFarewell(begin, atMost.dividedBy(2))
                && !pool.placement.view().serving().isEmpty()) {
            offerAll(begin, atMost);
        }
        pool.counters.notHandedOver.add(store.keys());
    }

    private void offerAll(long begin, Duration atMost) throws InterruptedException {
        long taken = System.nanoTime();
        while (true) {
            long before = pool.counters.handedOver();
            new Offers(store.keysByUse(), Offers.AT_A_TIME, pool::offer).run(begin + atMost.toNanos());
            long now = System.nanoTime();
            if (pool.counters.handedOver() > before) {
                taken = now;
            }
            if (store.keys() == 0 || now - begin >= atMost.toNanos() || now - taken >= PATIENCE.toNanos()) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }

    /** Waits until this node counts itself out; before that it is home to its keys itself. */
    private boolean awaitFarewell(long begin, Duration atMost) throws InterruptedException {
        while (isServing(pool.placement)) {
            if (System.nanoTime() - begin >= atMost.toNanos()) {
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
