package dev.kvcachepool.cachenode.memory;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Turns an arena's small pages into huge ones, page after page as they come into use, where the system gives files in
 * memory small ones only: reads and writes are some 10 % faster then. A thread of its own, at most a tenth of a processor.
 *
 * <p>Source: madvise(2) on MADV_COLLAPSE (Linux 6.1), which doesn't ask {@code shmem_enabled}.
 */
public final class HugePages implements AutoCloseable {
    private static final int REST_PER_WORK = 9;
    private static final long IDLE_MILLIS = 500;
    /** A page that is being written can't be collapsed; it is tried again on the next round. */
    private static final int ROUNDS = 3;
    /** The system gives none: too many in a row were refused. */
    private static final int GIVE_UP = 64;

    private final PagedArena arena;
    private final byte[] tries;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread =
            Thread.ofPlatform().name("huge-pages").daemon().unstarted(this::run);
    private int refusedInARow;
    private final AtomicInteger collapsed = new AtomicInteger();

    /** Does nothing until {@link #start}. */
    public HugePages(PagedArena arena) {
        this.arena = arena;
        this.tries = new byte[Math.toIntExact(arena.capacityBytes() / PagedArena.PAGE_BYTES)];
    }

    public void start() {
        thread.start();
    }

    /** Pages that are huge by our doing. */
    public int collapsedPages() {
        return collapsed.get();
    }

    private void run() {
        try {
            long pause = 0;
            while (refusedInARow < GIVE_UP && !closed.await(pause, TimeUnit.MILLISECONDS)) {
                pause = round() ? 0 : IDLE_MILLIS;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Looks at all pages that are in use; false when there was nothing to do. */
    boolean round() throws InterruptedException {
        boolean any = false;
        for (int page = 0; page < arena.touchedPages() && refusedInARow < GIVE_UP; page++) {
            if (tries[page] < ROUNDS) {
                any = true;
                long begin = System.nanoTime();
                boolean done = arena.collapse(page);
                long work = System.nanoTime() - begin;
                collapsed.addAndGet(done ? 1 : 0);
                refusedInARow = done ? 0 : refusedInARow + 1;
                tries[page] = done ? ROUNDS : (byte) (tries[page] + 1);
                if (closed.await(work * REST_PER_WORK, TimeUnit.NANOSECONDS)) {
                    return false;
                }
            }
        }
        return any;
    }

    /** Ends after the page in hand. */
    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
