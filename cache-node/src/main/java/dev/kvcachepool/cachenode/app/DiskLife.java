package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.store.StoreDisk;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A node's disk from recovery to the last write. */
final class DiskLife implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(DiskLife.class);

    private static final long LOOK_MILLIS = 1000;

    private final StoreDisk disk;
    private final KeptSizes sizes;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread watch = Thread.ofPlatform().daemon().name("disk-watch").unstarted(this::watch);
    private @Nullable String reported;

    DiskLife(StoreDisk disk, KeptSizes sizes) {
        this.disk = disk;
        this.sizes = sizes;
    }

    /** Takes in what lies there. */
    void begin(Duration atMost, Predicate<byte[]> wanted) {
        sizes.restore();
        long began = System.nanoTime();
        disk.start(atMost, wanted);
        LOG.infof(
                "disk: %d values recovered in %d ms, %d segments not reached",
                disk.counters().recovered(),
                Duration.ofNanos(System.nanoTime() - began).toMillis(),
                disk.logCounters().unreachedSegments());
        watch.start();
    }

    private void watch() {
        try {
            while (!closed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                look();
                sizes.keep();
            }
            sizes.keep();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Says once what is wrong, and once that it no longer is. */
    private void look() {
        var trouble = disk.trouble();
        if (trouble != null && reported == null) {
            LOG.warnf("disk: %s; values are served from memory, writing is tried again", trouble);
        } else if (trouble == null && reported != null) {
            LOG.info("disk: works again");
        }
        reported = trouble;
    }

    /** Writes what is in memory or on the GPU only, as far as the time allows. */
    void flush(Duration atMost) {
        int left = disk.flush(atMost);
        if (left > 0) {
            LOG.infof("disk: %d values in memory or on the GPU could not be written before the end", left);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            watch.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        disk.close();
    }
}
