package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.gpu.GpuException;
import dev.kvcachepool.cachenode.memory.Value;
import dev.kvcachepool.cachenode.memory.ValueBuilder;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Copies values between host memory and the device in use. What an unsettled copy may still touch is never given back. Thread-safe. */
final class GpuCopies {
    private final Locked locked;
    private final GpuCounters counters;
    private final BiConsumer<GpuLife, GpuException> lost;

    /**
     * Of a store.
     *
     * @param lost told when the device in use has failed
     */
    GpuCopies(Locked locked, GpuCounters counters, BiConsumer<GpuLife, GpuException> lost) {
        this.locked = locked;
        this.counters = counters;
        this.lost = lost;
    }

    /** Copies an entry's value of memory, held by the caller, to a device; null when that has no room. Held for the caller. */
    @Nullable
    Value toGpu(GpuLife on, Entry entry, Value value) throws GpuException {
        var key = entry.engineKey;
        var builder = new ValueBuilder(
                on.arena(),
                on.tier().groups().source(entry.unit.group()),
                on.arena().tenant(key == null ? "" : key.salt()),
                value.size());
        boolean settled = true;
        try {
            boolean indexed = locked.run(() -> on.tier().makeIndexRoom(entry.indexBytes()));
            var extents = indexed ? builder.extents() : null;
            if (extents == null) {
                on.device().requireUsable();
                counters.noRoom.increment();
                return null;
            }
            on.device().toDevice(value, extents);
            counters.moved.increment();
            counters.movedBytes.add(value.size());
            return builder.build(value.crc32());
        } catch (GpuException e) {
            settled = !e.isUnsettled();
            failed(on, e);
            throw e;
        } finally {
            end(builder, settled);
        }
    }

    /**
     * Copies a value on a device, held by the caller, to memory; null when that has no room. Held for the caller.
     *
     * @param builder for as many bytes; ended here
     */
    @Nullable
    Value toMemory(GpuLife on, Value onGpu, ValueBuilder builder) throws GpuException {
        boolean settled = true;
        try {
            var blocks = builder.blocks();
            if (blocks == null) {
                counters.noMemory.increment();
                return null;
            }
            on.device().toHost(onGpu, blocks);
            return builder.build();
        } catch (GpuException e) {
            settled = !e.isUnsettled();
            failed(on, e);
            throw e;
        } finally {
            end(builder, settled);
        }
    }

    private static void end(ValueBuilder builder, boolean settled) {
        if (settled) {
            builder.close();
        } else {
            builder.abandon();
        }
    }

    private void failed(GpuLife on, GpuException e) {
        if (e.isLost()) {
            lost.accept(on, e);
        } else {
            counters.refused.increment();
        }
    }
}
