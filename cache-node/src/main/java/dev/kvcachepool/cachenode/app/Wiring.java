package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.adverts.KafkaSettings;
import dev.kvcachepool.cachenode.disk.LogSettings;
import dev.kvcachepool.cachenode.disk.SegmentLog;
import dev.kvcachepool.cachenode.disk.ValueLog;
import dev.kvcachepool.cachenode.gpu.Gpu;
import dev.kvcachepool.cachenode.lifecycle.NodeLifecycle;
import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.cachenode.store.Steering;
import dev.kvcachepool.cachenode.store.StoreSettings;
import dev.kvcachepool.cachenode.store.ValueSizes;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import io.quarkus.runtime.annotations.CommandLineArguments;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Makes the parts that know nothing of Quarkus. */
final class Wiring {
    /** The part of the heap that keys and entries may fill; past it blocks are evicted. */
    private static final int INDEX_SHARE = 2;

    @Produces
    @Singleton
    NodeSettings settings(@CommandLineArguments String[] arguments) {
        return CommandLineReader.read(arguments, System.getenv()).settings();
    }

    /** Tells moves as CDI events too: {@code @Observes NodeState}. */
    @Produces
    @Singleton
    NodeLifecycle lifecycle(Event<NodeState> moved) {
        var lifecycle = new NodeLifecycle();
        lifecycle.onChange(moved::fire);
        return lifecycle;
    }

    @Produces
    @Singleton
    HostMemory memory(NodeSettings settings, NodeGpu gpu) {
        return HostMemory.of(settings, gpu);
    }

    @Produces
    @Singleton
    NodeGpu gpu(NodeSettings settings) {
        var told = settings.gpu();
        return new NodeGpu(told == null ? null : new Gpu(told));
    }

    @Produces
    @Singleton
    BlockStore store(NodeSettings settings, HostMemory memory, NodeGpu gpu) {
        return new BlockStore(
                memory.arena(),
                new Steering(settings.models(), settings.valueBytes(), settings.saltKey()),
                StoreSettings.of(settings.readLease(), Runtime.getRuntime().maxMemory() / INDEX_SHARE, settings.ttl())
                        .with(settings.eviction())
                        .with(settings.tenants()),
                log(settings),
                memory.kept() == null ? null : memory.kept().table(),
                gpu.gpu());
    }

    private static @Nullable ValueLog log(NodeSettings settings) {
        var disk = settings.disk();
        if (disk == null) {
            return null;
        }
        try {
            return SegmentLog.open(new LogSettings(disk.path(), disk.sizeBytes(), settings.pool()));
        } catch (IOException e) {
            throw new UncheckedIOException("--disk-path: " + e.getMessage(), e);
        }
    }

    @Produces
    @Singleton
    ValueSizes sizes(NodeSettings settings) {
        return new ValueSizes(settings.valueBytes());
    }

    @Produces
    @Singleton
    KafkaSettings kafka(NodeSettings settings) {
        return new KafkaSettings(settings.kafkaSecurity());
    }
}
