package dev.kvcachepool.operator.app;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryNotificationInfo;
import java.lang.management.MemoryPoolMXBean;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Has the old generation collected once it has grown by an eighth of what lived in it after its last collection. The serial collector
 * alone lets it grow to the heap's limit before it looks what of it still lives: what reconciliations under way keep alive for a
 * moment is promoted, and at rest the operator would be as large as at its busiest. The limit stays where it is, for what really
 * lives; memory beyond that is given back ({@code MaxHeapFreeRatio} in {@code jvm.flags}).
 *
 * <p>The JVM compares the usage with the threshold at the end of each collection; this class only moves the threshold. Thread-safe:
 * called by the JVM's one thread for notifications.
 */
final class HeapPacer implements NotificationListener {
    private static final Logger LOG = Logger.getLogger(HeapPacer.class);
    private static final String SERIAL_OLD_GENERATION = "Tenured Gen";

    /** A heap in which little lives is not collected over and over. */
    static final long LEAST_GROWTH = 8 << 20;

    private static final int PART = 8;
    private static final int NEAR_LIMIT = 16;

    private final MemoryPoolMXBean oldGeneration;
    private final Runnable collect;

    /** @param collect collects all of the heap, and returns after it */
    HeapPacer(MemoryPoolMXBean oldGeneration, Runnable collect) {
        this.oldGeneration = oldGeneration;
        this.collect = collect;
    }

    /** Paces this process for the rest of its life, if it runs with the serial collector. */
    static void start() {
        var memory = ManagementFactory.getMemoryMXBean();
        ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getName().equals(SERIAL_OLD_GENERATION))
                .findFirst()
                .ifPresent(pool -> {
                    var pacer = new HeapPacer(pool, memory::gc);
                    ((NotificationEmitter) memory).addNotificationListener(pacer, null, null);
                    pacer.moveThreshold(pool.getUsage().getUsed());
                });
    }

    @Override
    public void handleNotification(Notification notification, @Nullable Object nothing) {
        if (notification.getType().equals(MemoryNotificationInfo.MEMORY_THRESHOLD_EXCEEDED)) {
            var before = oldGeneration.getUsage().getUsed();
            collect.run();
            var living = oldGeneration.getUsage().getUsed();
            LOG.debugf("collected the old generation: %d of %d bytes live", living, before);
            moveThreshold(living);
        }
    }

    /** Near the limit it is a little before the collector itself would do it. */
    private void moveThreshold(long living) {
        var limit = oldGeneration.getUsage().getMax();
        oldGeneration.setUsageThreshold(
                Math.min(living + Math.max(LEAST_GROWTH, living / PART), limit - limit / NEAR_LIMIT));
    }
}
