package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import dev.kvcachepool.prefixadvert.wire.Micros;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is advertised of the units, and which of it has changed since somebody last took the changes to tell the listener
 * without the lock. Guarded by the tier's lock.
 */
final class AdvertisedBlocks {
    private final Map<BlockId, ChunkUnit> whole = new HashMap<>();
    private final InstantSource clock;
    private Set<BlockId> changed = new LinkedHashSet<>();

    AdvertisedBlocks(InstantSource clock) {
        this.clock = clock;
    }

    long nowMicros() {
        return Micros.of(clock.instant());
    }

    @Nullable
    BlockRow rowOf(BlockId block) {
        var unit = whole.get(block);
        return unit == null ? null : unit.row;
    }

    /** The unit that is advertised as a block; null where none is. */
    @Nullable
    ChunkUnit unitOf(BlockId block) {
        return whole.get(block);
    }

    List<BlockId> whole() {
        return List.copyOf(whole.keySet());
    }

    /** Hands over the blocks whose rows have changed since the last call. */
    Set<BlockId> takeChanged() {
        if (changed.isEmpty()) {
            return Set.of();
        }
        var taken = changed;
        changed = new LinkedHashSet<>();
        return taken;
    }

    /** Judges a unit again, whose entries or their places have changed. */
    void refresh(ChunkUnit unit) {
        if (unit.target != null) {
            var micros = unit.row != null ? unit.row.storedAtMicros() : unit.storedAtMicros();
            advertise(unit, unit.target, Wholeness.rowOf(unit, unit.target.model(), micros));
        }
    }

    /** A unit is gone. */
    void forget(ChunkUnit unit) {
        if (unit.target != null) {
            advertise(unit, unit.target, null);
        }
    }

    private void advertise(ChunkUnit unit, Steering.Target target, @Nullable BlockRow row) {
        if (Objects.equals(unit.row, row)) {
            return;
        }
        unit.row = row;
        if (row == null) {
            whole.remove(target.block(), unit);
        } else {
            whole.put(target.block(), unit);
        }
        changed.add(target.block());
    }
}
