package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.memory.HugePages;
import dev.kvcachepool.cachenode.store.StoreKept;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import jakarta.inject.Singleton;

/** What Prometheus sees of memory in files. */
@Singleton
class MemoryMetrics {
    private static final Tags NONE = Tags.empty();

    private final Meters meters;

    MemoryMetrics(MeterRegistry registry) {
        this.meters = new Meters(registry);
    }

    void observe(HugePages huge) {
        meters.gauge("kvcachepool.memory.huge.pages", "Pages made huge", NONE, huge, HugePages::collapsedPages);
    }

    void observe(StoreKept kept) {
        meters.counter(
                "kvcachepool.memory.recovered", "Values found after a restart", NONE, kept, StoreKept::recovered);
        meters.counter("kvcachepool.memory.wrong", "Values found that were not right", NONE, kept, StoreKept::wrong);
        meters.counter("kvcachepool.memory.unrecorded", "Values without a record", NONE, kept, StoreKept::unrecorded);
        meters.bytes("kvcachepool.memory.records", "Memory of records", NONE, kept, StoreKept::tableBytes);
    }
}
