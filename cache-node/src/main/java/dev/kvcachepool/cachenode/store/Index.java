package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.key.EngineKey;
import dev.kvcachepool.cachenode.key.KeyParser;
import dev.kvcachepool.cachenode.memory.Value;
import dev.kvcachepool.cachenode.tier.HostTier;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import dev.kvcachepool.prefixadvert.wire.Micros;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Every entry, by key, by unit, by advertised block, by age and by expiry: changed together, in this one place. Guarded
 * by the tier's lock.
 *
 * <p>Blocks whose advertised row changed are gathered until somebody takes them to tell the listener without the lock.
 */
final class Index {
    private final Map<StoreKey, Entry> entries = new HashMap<>();
    private final Map<ChunkId, ChunkUnit> chunks = new HashMap<>();
    private final Map<BlockId, ChunkUnit> whole = new HashMap<>();
    private final TreeMap<Long, Entry> byAge = new TreeMap<>();
    private final Expiry expiry = new Expiry();
    private final HostTier tier;
    private final Steering steering;
    private final StoreCounters counters;
    private final InstantSource clock;
    private Set<BlockId> changed = new LinkedHashSet<>();
    private long sequence;

    Index(HostTier tier, Steering steering, StoreCounters counters, InstantSource clock) {
        this.tier = tier;
        this.steering = steering;
        this.counters = counters;
        this.clock = clock;
    }

    int size() {
        return entries.size();
    }

    /** The entry of a key whose end has not come. */
    @Nullable
    Entry find(byte[] key) {
        expire();
        return entries.get(new StoreKey(key));
    }

    void expire() {
        long now = clock.millis();
        for (var entry = expiry.due(now); entry != null; entry = expiry.due(now)) {
            counters.expired.increment();
            remove(entry);
        }
    }

    void setExpiry(Entry entry, long atMillis) {
        expiry.set(entry, atMillis);
    }

    /** Adds a key that is not there, with a value that is now held by the index. */
    Entry add(byte[] key, Value value) {
        var parsed = KeyParser.parse(key);
        var unit = unitOf(parsed);
        var entry = new Entry(new StoreKey(key), parsed, unit, ++sequence, value);
        entries.put(entry.key, entry);
        byAge.put(entry.sequence, entry);
        unit.entries.add(entry);
        tier.resize(unit, value.allocatedBytes(), entry.indexBytes());
        tier.touch(unit);
        refresh(unit);
        return entry;
    }

    /** Gives an entry another value; the old one is released. */
    void replace(Entry entry, Value value) {
        var old = entry.value;
        entry.value = value;
        tier.resize(entry.unit, value.allocatedBytes() - old.allocatedBytes(), 0);
        tier.touch(entry.unit);
        old.release();
        refresh(entry.unit);
    }

    void remove(Entry entry) {
        var unit = entry.unit;
        forget(entry);
        unit.entries.remove(entry);
        if (unit.leaseSettled(entry)) {
            tier.endLease(unit);
        }
        if (unit.entries.isEmpty()) {
            forget(unit);
            tier.remove(unit);
        } else {
            tier.resize(unit, -entry.value.allocatedBytes(), -entry.indexBytes());
            refresh(unit);
        }
        entry.value.release();
    }

    void clear() {
        while (!byAge.isEmpty()) {
            var unit = byAge.firstEntry().getValue().unit;
            tier.remove(unit);
            evicted(unit);
        }
    }

    ScanPage scan(long cursor, int count) {
        expire();
        var keys = new ArrayList<byte[]>(Math.min(count, entries.size()));
        for (var entry : byAge.tailMap(cursor, false).values()) {
            if (keys.size() == count) {
                return new ScanPage(cursor, keys);
            }
            keys.add(entry.key.bytes);
            cursor = entry.sequence;
        }
        return new ScanPage(0, keys);
    }

    List<byte[]> keysByUse() {
        var keys = new ArrayList<byte[]>(entries.size());
        tier.forEachByUse(unit -> ((ChunkUnit) unit).entries.forEach(entry -> keys.add(entry.key.bytes)));
        return keys;
    }

    @Nullable
    BlockRow rowOf(BlockId block) {
        var unit = whole.get(block);
        return unit == null ? null : unit.row;
    }

    List<BlockId> wholeBlocks() {
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

    private ChunkUnit unitOf(@Nullable EngineKey key) {
        if (key == null) {
            return newUnit(null, null);
        }
        var id = ChunkId.of(key);
        var unit = chunks.get(id);
        if (unit == null) {
            var target = steering.targetOf(key);
            if (target == null) {
                counters.notSteerable.increment();
            }
            unit = newUnit(id, target);
            chunks.put(id, unit);
        } else if (unit.entries.size() >= ChunkUnit.MAX_ENTRIES) {
            return newUnit(null, null);
        }
        return unit;
    }

    private ChunkUnit newUnit(@Nullable ChunkId id, Steering.@Nullable Target target) {
        Consumer<ChunkUnit> onEvicted = this::evicted;
        var unit = new ChunkUnit(id, target, onEvicted);
        tier.add(unit);
        return unit;
    }

    private void evicted(ChunkUnit unit) {
        forget(unit);
        for (var entry : unit.entries) {
            forget(entry);
            entry.value.release();
        }
        unit.entries.clear();
    }

    private void forget(Entry entry) {
        entries.remove(entry.key);
        byAge.remove(entry.sequence);
        expiry.remove(entry);
    }

    private void forget(ChunkUnit unit) {
        if (unit.id != null) {
            chunks.remove(unit.id);
        }
        advertise(unit, null);
    }

    private void refresh(ChunkUnit unit) {
        if (unit.target != null) {
            var micros = unit.row != null ? unit.row.storedAtMicros() : Micros.of(clock.instant());
            advertise(unit, Wholeness.rowOf(unit, unit.target.model(), micros));
        }
    }

    private void advertise(ChunkUnit unit, @Nullable BlockRow row) {
        if (unit.target == null || java.util.Objects.equals(unit.row, row)) {
            return;
        }
        var block = unit.target.block();
        unit.row = row;
        if (row == null) {
            whole.remove(block, unit);
        } else {
            whole.put(block, unit);
        }
        changed.add(block);
    }
}
