package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.memory.HugePages;
import dev.kvcachepool.cachenode.store.BlockStore;
import java.time.Duration;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A node's memory from what an earlier process left in it on. */
final class MemoryLife implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(MemoryLife.class);

    private final BlockStore store;
    private final @Nullable HugePages huge;

    MemoryLife(BlockStore store, MemoryMetrics metrics) {
        this.store = store;
        var arena = store.tier().arena();
        this.huge = arena.isInFiles() ? new HugePages(arena) : null;
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
    }

    @Override
    public void close() {
        if (huge != null) {
            huge.close();
        }
    }
}
