package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.store.GpuCounters;
import dev.kvcachepool.cachenode.store.StoreGpu;
import io.micrometer.core.instrument.Tags;
import java.util.function.ToDoubleFunction;

/** What Prometheus sees of the GPU tier. */
final class GpuMetrics {
    private static final Tags GPU = Tags.of("tier", "gpu");

    private final Meters meters;

    GpuMetrics(Meters meters) {
        this.meters = meters;
    }

    void observe(StoreGpu gpu) {
        var counters = gpu.counters();
        meters.counter("kvcachepool.store.hits", "Values read", GPU, counters, GpuCounters::hits);
        meters.bytes("kvcachepool.store", "GPU memory in use", GPU, gpu, StoreGpu::usedBytes);
        meters.bytes("kvcachepool.store.capacity", "GPU memory for values", GPU, gpu, StoreGpu::capacityBytes);
        meters.bytes(
                "kvcachepool.gpu.waiting",
                "Evicted values that wait to be copied",
                Tags.empty(),
                gpu,
                StoreGpu::waitingBytes);
        meters.bytes(
                "kvcachepool.gpu.pinned",
                "Host memory copied from and to directly",
                Tags.empty(),
                gpu,
                StoreGpu::pinnedBytes);
        meters.gauge(
                "kvcachepool.gpu.trouble",
                "1 while the device can't be used",
                Tags.empty(),
                gpu,
                g -> g.trouble() == null ? 0 : 1);
        count("moved", "Values copied to the GPU", counters, GpuCounters::moved);
        count("moved.bytes", "Bytes copied to the GPU", counters, GpuCounters::movedBytes);
        count("returned", "Values asked for on their way to the GPU", counters, GpuCounters::returned);
        count("skipped", "Values not copied, as too many waited", counters, GpuCounters::skipped);
        count("evicted", "Chunks evicted from the GPU", counters, GpuCounters::evicted);
        count("no.room", "Values that the GPU had no room for", counters, GpuCounters::noRoom);
        count("no.memory", "Reads that found no memory to read into", counters, GpuCounters::noMemory);
        count("corrupt", "Values that came back other than they had gone", counters, GpuCounters::corrupt);
        count("refused", "Copies that the device refused", counters, GpuCounters::refused);
        count("losses", "How often the device was lost", counters, GpuCounters::losses);
    }

    private void count(String name, String help, GpuCounters of, ToDoubleFunction<GpuCounters> value) {
        meters.counter("kvcachepool.gpu." + name, help, Tags.empty(), of, value);
    }
}
