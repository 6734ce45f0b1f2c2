package dev.kvcachepool.cachenode.pool;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The keys of a draining node, offered to others in order, as many as the time allows. A few at a time, so that the node goes on answering. */
public final class Offers {
    /** How many are usually under way. */
    public static final int AT_A_TIME = 4;

    private final List<byte[]> keys;
    private final Consumer<byte[]> offer;
    private final int atATime;
    private final AtomicInteger next = new AtomicInteger();

    /**
     * Not begun.
     *
     * @param keys the most wanted first
     * @param offer made by several threads, each within a bounded time
     */
    public Offers(List<byte[]> keys, int atATime, Consumer<byte[]> offer) {
        this.keys = keys;
        this.atATime = atATime;
        this.offer = offer;
    }

    /** Runs until all are offered or the time is over; called once. */
    public void run(long endNanos) throws InterruptedException {
        try (var workers = Executors.newFixedThreadPool(
                atATime, Thread.ofPlatform().name("hand-over-", 0).daemon().factory())) {
            for (int i = 0; i < atATime; i++) {
                workers.execute(() -> work(endNanos));
            }
            workers.shutdown();
            if (!workers.awaitTermination(Math.max(0, endNanos - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                workers.shutdownNow();
            }
        }
    }

    private void work(long endNanos) {
        for (int at = next.getAndIncrement(); at < keys.size(); at = next.getAndIncrement()) {
            if (System.nanoTime() - endNanos >= 0 || Thread.currentThread().isInterrupted()) {
                return;
            }
            offer.accept(keys.get(at));
        }
    }
}
