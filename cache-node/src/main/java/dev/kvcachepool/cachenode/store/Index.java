package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.disk.Place;
import dev.kvcachepool.cachenode.key.EngineKey;
import dev.kvcachepool.cachenode.key.KeyParser;
import dev.kvcachepool.cachenode.memory.Value;
import dev.kvcachepool.cachenode.tenant.Tenants;
import dev.kvcachepool.cachenode.tier.HostTier;
import dev.kvcachepool.cachenode.tier.Quotas;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Every entry, by key, by unit, by segment, by age and by expiry: changed together, in this one place. Guarded by the
 * tier's lock.
 *
 * <p>A unit of which a value is in memory is in the tier's lists; one that lies on disk only is not, and is charged for
 * its heap alone.
 */
final class Index {
    private final Map<StoreKey, Entry> entries = new HashMap<>();
    private final Map<ChunkId, ChunkUnit> chunks = new HashMap<>();
    private final TreeMap<Long, Entry> byAge = new TreeMap<>();
    private final Expiry expiry = new Expiry();
    private final DiskPlaces places;
    private final GpuPlaces gpu = new GpuPlaces();
    private final KeyChanges changes = new KeyChanges();
    private final AdvertisedBlocks advertised;
    private final KeptValues kept;
    private final HostTier tier;
    private final Steering steering;
    private final Tenants tenants;
    private final StoreCounters counters;
    private final InstantSource clock;
    private Predicate<Entry> leaving = entry -> false;
    private long sequence;

    Index(
            HostTier tier,
            KeptValues kept,
            Steering steering,
            Tenants tenants,
            StoreCounters counters,
            InstantSource clock,
            AdvertisedBlocks advertised) {
        this.tier = tier;
        this.kept = kept;
        this.steering = steering;
        this.tenants = tenants;
        this.places = new DiskPlaces(tenants.disk());
        this.counters = counters;
        this.clock = clock;
        this.advertised = advertised;
    }

    int size() {
        return entries.size();
    }

    DiskPlaces places() {
        return places;
    }

    GpuPlaces gpu() {
        return gpu;
    }

    KeyChanges changes() {
        return changes;
    }

    /** Asks {@code next} of each entry that leaves memory whether its value goes on to elsewhere than the disk. */
    void whenLeaving(Predicate<Entry> next) {
        leaving = next;
    }

    /** The entry of a key whose end has not come. */
    @Nullable
    Entry find(byte[] key) {
        expire();
        return entries.get(new StoreKey(key));
    }

    /** Whether an entry is still the one of its key. */
    boolean has(Entry entry) {
        return entries.get(entry.key) == entry;
    }

    void expire() {
        long now = clock.millis();
        for (var entry = expiry.due(now); entry != null; entry = expiry.due(now)) {
            counters.expired.increment();
            remove(entry);
        }
    }

    void setExpiry(Entry entry, long atMillis) {
        boolean changed = entry.expiresAtMillis != atMillis;
        expiry.set(entry, atMillis);
        if (changed) {
            kept.renew(entry);
        }
    }

    /** Adds a key that is not there, without a value yet. */
    Entry add(byte[] key) {
        var parsed = KeyParser.parse(key);
        var unit = unitOf(key, parsed);
        var entry = new Entry(new StoreKey(key), parsed, unit, ++sequence);
        entries.put(entry.key, entry);
        byAge.put(entry.sequence, entry);
        unit.entries.add(entry);
        tier.resize(unit, 0, entry.indexBytes());
        return entry;
    }

    /** Gives an entry a value in memory that is new, and that is now held by the index; an old one is released. */
    void store(Entry entry, Value value) {
        entry.size = value.size();
        entry.storedAtMicros = advertised.nowMicros();
        gpu.drop(entry);
        toMemory(entry, value);
        changes.touched(entry);
    }

    /** Gives an entry in memory what it has on disk or on the GPU; held by the index from now on. */
    void promote(Entry entry, Value value) {
        entry.proven = true;
        toMemory(entry, value);
    }

    /** Gives an entry a value whose record is there already; held by the index from now on. */
    void takeOver(Entry entry, Value value) {
        entry.size = value.size();
        hold(entry, value);
        changes.touched(entry);
    }

    private void toMemory(Entry entry, Value value) {
        kept.forget(entry);
        hold(entry, value);
        kept.keep(entry);
    }

    private void hold(Entry entry, Value value) {
        var old = entry.value;
        var unit = entry.unit;
        if (tier.holds(unit)) {
            tier.filled(unit);
        } else {
            tier.add(unit);
        }
        entry.value = value;
        entry.ahead = false;
        tier.resize(unit, value.allocatedBytes() - (old == null ? 0 : old.allocatedBytes()), 0);
        if (old != null) {
            old.release();
        }
        advertised.refresh(unit);
    }

    /** Says where an entry's value lies on disk; null: nowhere any more. An entry that then has no value stays, for now. */
    void place(Entry entry, @Nullable Place place, boolean proven) {
        boolean wasThere = entry.isThere();
        places.set(entry, place);
        if (!wasThere) {
            changes.touched(entry);
        }
        entry.proven = proven;
        entry.used = false;
        advertised.refresh(entry.unit);
    }

    /** Says that an entry's value is on the GPU; held by the index from now on. */
    void toGpu(Entry entry, Value value) {
        gpu.set(entry, value);
        advertised.refresh(entry.unit);
    }

    /** An entry has lost a place; without any it goes. */
    void left(Entry entry) {
        if (entry.isThere()) {
            advertised.refresh(entry.unit);
        } else if (has(entry)) {
            remove(entry);
        }
    }

    /** Says that what lies on disk was compared, and is what was written. */
    void prove(Entry entry) {
        entry.proven = true;
        advertised.refresh(entry.unit);
    }

    /** Says that an entry was read: the lease of its unit ends with the last one that is. */
    void settle(Entry entry) {
        if (entry.unit.leaseSettled(entry)) {
            tier.endLease(entry.unit);
        }
    }

    void remove(Entry entry) {
        var unit = entry.unit;
        var value = entry.value;
        forget(entry);
        unit.entries.remove(entry);
        settle(entry);
        if (unit.entries.isEmpty()) {
            forget(unit);
            tier.remove(unit);
        } else {
            tier.resize(unit, value == null ? 0 : -value.allocatedBytes(), -entry.indexBytes());
            if (!unit.isInMemory()) {
                tier.retire(unit);
            }
            advertised.refresh(unit);
        }
        release(entry);
    }

    void clear() {
        changes.lost();
        while (!byAge.isEmpty()) {
            var unit = byAge.firstEntry().getValue().unit;
            tier.remove(unit);
            forget(unit);
            for (var entry : unit.entries) {
                forget(entry);
                release(entry);
            }
            unit.entries.clear();
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

    /** All keys, those used last first, what lies on disk only after all others. */
    List<byte[]> keysByUse() {
        var keys = new ArrayList<byte[]>(entries.size());
        tier.forEachByUse(unit -> ((ChunkUnit) unit).entries.forEach(entry -> keys.add(entry.key.bytes)));
        for (var entry : byAge.descendingMap().values()) {
            if (!tier.holds(entry.unit)) {
                keys.add(entry.key.bytes);
            }
        }
        return keys;
    }

    /** Entries whose value is not on disk, those in memory first, of them those used last. */
    List<Entry> notOnDisk() {
        var found = new ArrayList<Entry>();
        tier.forEachByUse(unit -> ((ChunkUnit) unit)
                .entries.stream()
                        .filter(entry -> entry.place == null && entry.value != null)
                        .forEach(found::add));
        for (var entry : byAge.values()) {
            if (entry.place == null && entry.value == null && entry.isThere()) {
                found.add(entry);
            }
        }
        return found;
    }

    private ChunkUnit unitOf(byte[] bytes, @Nullable EngineKey key) {
        if (key == null) {
            return newUnit(UnitIds.of(bytes), null, null, Quotas.OTHERS);
        }
        int group = tenants.groupOf(key.salt());
        var id = ChunkId.of(key);
        var unit = chunks.get(id);
        if (unit == null) {
            var target = steering.targetOf(key);
            if (target == null) {
                counters.notSteerable.increment();
            }
            unit = newUnit(UnitIds.of(id), id, target, group);
            chunks.put(id, unit);
        } else if (unit.entries.size() >= ChunkUnit.MAX_ENTRIES) {
            return newUnit(UnitIds.of(bytes), null, null, group);
        }
        return unit;
    }

    private ChunkUnit newUnit(long named, @Nullable ChunkId id, Steering.@Nullable Target target, int group) {
        Consumer<ChunkUnit> onEvicted = this::evicted;
        return new ChunkUnit(named, id, target, group, onEvicted);
    }

    /** A unit leaves memory, and the tier has forgotten it: what lies elsewhere too, or goes there, stays; the rest is gone. */
    private void evicted(ChunkUnit unit) {
        long index = 0;
        for (var entry : List.copyOf(unit.entries)) {
            if (leaving.test(entry) || entry.place != null) {
                index += entry.indexBytes();
            } else {
                forget(entry);
                unit.entries.remove(entry);
            }
            release(entry);
        }
        if (unit.entries.isEmpty()) {
            forget(unit);
        } else {
            tier.resize(unit, 0, index);
            advertised.refresh(unit);
        }
    }

    private void release(Entry entry) {
        kept.forget(entry);
        var value = entry.value;
        entry.value = null;
        if (value != null) {
            value.release();
        }
    }

    private void forget(Entry entry) {
        changes.touched(entry);
        entries.remove(entry.key);
        byAge.remove(entry.sequence);
        expiry.remove(entry);
        gpu.drop(entry);
        places.set(entry, null);
    }

    private void forget(ChunkUnit unit) {
        if (unit.id != null) {
            chunks.remove(unit.id, unit);
        }
        advertised.forget(unit);
    }
}
