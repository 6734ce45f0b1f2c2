package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.memory.Value;
import dev.kvcachepool.cachenode.tier.HostTier;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Which entries have values on the GPU, of which each holds one. Guarded by the tier's lock. */
final class GpuPlaces {
    private @Nullable HostTier tier;
    private Predicate<ChunkUnit> pinned = unit -> false;
    private Consumer<Entry> left = entry -> {};
    private Runnable evicted = () -> {};

    /**
     * Whom it asks and tells.
     *
     * @param isPinned whether a chunk is to be kept
     * @param whenLeft told of each entry whose value has left the GPU, other than by {@link #drop}
     * @param whenEvicted told of each chunk of which the GPU's tier has evicted something, before that
     */
    void listen(Predicate<ChunkUnit> isPinned, Consumer<Entry> whenLeft, Runnable whenEvicted) {
        pinned = isPinned;
        left = whenLeft;
        evicted = whenEvicted;
    }

    /** A device is in use, of whose memory nothing is known to anybody. */
    void begin(HostTier next) {
        tier = next;
    }

    /** The device is gone: forgets what was on it. */
    void end() {
        var ending = tier;
        tier = null;
        if (ending != null) {
            var units = new ArrayList<GpuUnit>();
            ending.forEachByUse(unit -> units.add((GpuUnit) unit));
            units.forEach(unit -> {
                ending.remove(unit);
                empty(unit);
            });
        }
    }

    /** Gives an entry a value on the GPU; held here from now on. */
    void set(Entry entry, Value value) {
        drop(entry);
        var in = tier;
        if (in == null) {
            value.release();
            return;
        }
        var unit = entry.unit.onGpu;
        if (unit == null) {
            unit = new GpuUnit(entry.unit, nameOf(entry), pinned, this::evicted);
            entry.unit.onGpu = unit;
            in.add(unit);
        } else {
            in.filled(unit);
        }
        entry.onGpu = value;
        in.resize(unit, value.allocatedBytes(), entry.indexBytes());
    }

    private static long nameOf(Entry entry) {
        var id = entry.unit.id;
        return id == null ? UnitIds.of(entry.key.bytes) : UnitIds.of(id);
    }

    /** What is on the GPU, or on its way there, is not this entry's any more. */
    void drop(Entry entry) {
        entry.leaving = null;
        var value = entry.onGpu;
        var unit = entry.unit.onGpu;
        if (value == null) {
            return;
        }
        entry.onGpu = null;
        if (unit != null && tier != null) {
            tier.resize(unit, -value.allocatedBytes(), -entry.indexBytes());
            if (unit.isEmpty()) {
                entry.unit.onGpu = null;
                tier.remove(unit);
            }
        }
        value.release();
    }

    /** The tier has forgotten the unit. */
    private void evicted(GpuUnit unit) {
        evicted.run();
        empty(unit);
    }

    private void empty(GpuUnit unit) {
        unit.chunk.onGpu = null;
        for (var entry : List.copyOf(unit.chunk.entries)) {
            var value = entry.onGpu;
            if (value != null) {
                entry.onGpu = null;
                value.release();
                left.accept(entry);
            }
        }
    }
}
