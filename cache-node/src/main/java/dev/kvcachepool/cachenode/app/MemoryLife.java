package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.memory.HugePages;
import dev.kvcachepool.cachenode.store.BlockStore;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A node's memory from what an earlier process left in it on. Where somebody cuts its files under it, the process ends at
 * once: every access to what is missing fails, and the next process finds what is right.
 */
final class MemoryLife implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(MemoryLife.class);
    private static final long LOOK_MILLIS = 1000;
    private static final int DAMAGED = 3;

    private final HostMemory memory;
    private final BlockStore store;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread watch =
            Thread.ofPlatform().daemon().name("memory-watch").unstarted(this::watch);
    private final @Nullable HugePages huge;

    MemoryLife(HostMemory memory, BlockStore store, MemoryMetrics metrics) {
        this.memory = memory;
        this.store = store;
        var arena = store.tier().arena();
        boolean hugeAlready = memory.kept() != null && memory.kept().isOfHugePages();
        this.huge = arena.isInFiles() && !hugeAlready ? new HugePages(arena) : null;
        if (huge != null) {
            metrics.observe(huge);
        }
        if (store.kept() != null) {
            metrics.observe(store.kept());
        }
    }

    /** Whether there may be something that {@link #begin} takes in. */
    boolean isKept() {
        return store.kept() != null;
    }

    /** Takes in what lies there, and begins to make its pages huge. */
    void begin(Predicate<byte[]> wanted) {
        var kept = store.kept();
        if (kept != null) {
            long began = System.nanoTime();
            kept.start(wanted);
            LOG.infof(
                    "memory: %d values recovered in %d ms, %d were not right",
                    kept.recovered(),
                    Duration.ofNanos(System.nanoTime() - began).toMillis(),
                    kept.wrong());
        }
        if (huge != null) {
            huge.start();
        }
        if (memory.kept() != null) {
            watch.start();
        }
    }

    private void watch() {
        try {
            do {
                var damage = memory.kept() == null ? null : memory.kept().damage();
                if (damage != null) {
                    LOG.fatalf("memory: %s; this process ends, the next one finds what is right", damage);
                    Runtime.getRuntime().halt(DAMAGED);
                }
            } while (!closed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS));
        } catch (IOException e) {
            LOG.warnf("memory: its files are watched no more: %s", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        if (huge != null) {
            huge.close();
        }
    }
}
