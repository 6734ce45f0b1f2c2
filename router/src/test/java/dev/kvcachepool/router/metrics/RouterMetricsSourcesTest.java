package dev.kvcachepool.router.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RouterMetricsSourcesTest {

    @Test
    void countersOutliveACollection() {
        // Given sources that nobody else refers to
        var registry = new SimpleMeterRegistry();
        var metrics = new RouterMetrics(registry);
        var swept = new AtomicLong(3);
        var found = new AtomicLong(4);
        metrics.observeSweeps(() -> true, swept::get);
        metrics.observeTokenizers(found::get, () -> found.get() + 1);

        // When
        var canary = new WeakReference<>(new Object());
        await().until(() -> {
            System.gc();
            return canary.get() == null;
        });

        // Then
        assertThat(registry.get("kvcachepool.router.swept.rows")
                        .functionCounter()
                        .count())
                .isEqualTo(3);
        assertThat(registry.get("kvcachepool.router.tokenizer.tokens").functionCounters())
                .hasSize(2)
                .allMatch(counter -> counter.count() >= 4);
    }
}
