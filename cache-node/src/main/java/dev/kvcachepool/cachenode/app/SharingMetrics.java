package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.net.FileServer;
import dev.kvcachepool.cachenode.share.SharedGpu;
import dev.kvcachepool.cachenode.share.SharedMemory;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import jakarta.inject.Singleton;

/** What Prometheus sees of memory that clients on the host read. */
@Singleton
class SharingMetrics {
    private static final Tags NONE = Tags.empty();

    private final Meters meters;

    SharingMetrics(MeterRegistry registry) {
        this.meters = new Meters(registry);
    }

    void observe(Sharing sharing) {
        var memory = sharing.memory();
        meters.bytes("kvcachepool.shared.leased", "Memory that clients read", NONE, memory, SharedMemory::heldBytes);
        meters.counter("kvcachepool.shared.leases", "Leases given", NONE, memory, SharedMemory::given);
        meters.counter("kvcachepool.shared.leases.refused", "Leases refused", NONE, memory, SharedMemory::refused);
        var gpu = memory.gpu();
        if (gpu != null) {
            meters.bytes("kvcachepool.gpu.leased", "GPU memory that clients read", NONE, gpu, SharedGpu::heldBytes);
            meters.counter("kvcachepool.gpu.leases", "Leases given on the GPU", NONE, gpu, SharedGpu::given);
            meters.counter("kvcachepool.gpu.leases.refused", "Leases refused there", NONE, gpu, SharedGpu::refused);
        }
        meters.counter("kvcachepool.shared.leases.overdue", "Kept too long", NONE, memory, SharedMemory::overdue);
        meters.counter("kvcachepool.shared.files", "Files passed", NONE, sharing.files(), FileServer::passed);
        meters.counter("kvcachepool.shared.files.refused", "Bad tokens", NONE, sharing.files(), FileServer::refused);
    }
}
