package dev.kvcachepool.operator.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.MemoryNotificationInfo;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.lang.reflect.Proxy;
import javax.management.Notification;
import org.junit.jupiter.api.Test;

class HeapPacerTest {
    private static final long MIB = 1 << 20;
    private static final long LIMIT = 168 * MIB;

    private long used;
    private long living;
    private long threshold = -1;
    private int collections;
    private final HeapPacer pacer = new HeapPacer(pool(), () -> {
        collections++;
        used = living;
    });

    private MemoryPoolMXBean pool() {
        return (MemoryPoolMXBean) Proxy.newProxyInstance(
                MemoryPoolMXBean.class.getClassLoader(),
                new Class<?>[] {MemoryPoolMXBean.class},
                (_, method, arguments) -> switch (method.getName()) {
                    case "getUsage" -> new MemoryUsage(0, used, LIMIT, LIMIT);
                    case "setUsageThreshold" -> {
                        threshold = (long) arguments[0];
                        yield null;
                    }
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private void exceed() {
        pacer.handleNotification(new Notification(MemoryNotificationInfo.MEMORY_THRESHOLD_EXCEEDED, "memory", 1), null);
    }

    @Test
    void theNextCollectionIsWhenAnEighthHasComeToWhatLives() {
        // Given
        used = 100 * MIB;
        living = 80 * MIB;
        // When
        exceed();
        // Then
        assertThat(collections).isEqualTo(1);
        assertThat(threshold).isEqualTo(90 * MIB);
    }

    @Test
    void aHeapInWhichLittleLivesIsNotCollectedOverAndOver() {
        // Given
        used = 10 * MIB;
        living = 3 * MIB;
        // When
        exceed();
        // Then
        assertThat(threshold).isEqualTo(living + HeapPacer.LEAST_GROWTH);
    }

    @Test
    void nearTheLimitItIsALittleBeforeTheCollectorWouldDoIt() {
        // Given
        used = 160 * MIB;
        living = 150 * MIB;
        // When
        exceed();
        // Then
        assertThat(threshold).isGreaterThan(living).isLessThan(LIMIT);
    }

    @Test
    void whatElseIsToldOfMemoryIsNoReasonToCollect() {
        // Given, When
        pacer.handleNotification(
                new Notification(MemoryNotificationInfo.MEMORY_COLLECTION_THRESHOLD_EXCEEDED, "memory", 1), null);
        // Then
        assertThat(collections).isZero();
        assertThat(threshold).isEqualTo(-1);
    }
}
