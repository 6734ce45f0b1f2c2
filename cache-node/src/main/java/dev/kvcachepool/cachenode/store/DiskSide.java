package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.disk.Place;
import dev.kvcachepool.cachenode.disk.ValueLog;
import dev.kvcachepool.cachenode.memory.Value;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A store's values on disk. Thread-safe.
 *
 * <p>What is stored is written behind, from memory or from the GPU if it is there by then; what leaves memory and is on disk stays there, and is read back into
 * memory when it is asked for. Rules, which hold if the process is killed at any moment:
 *
 * <ol>
 *   <li>A record that a recovery would find is the key's current value, or has expired. So before a key gets another
 *       value, or loses the one it has, its record is erased; only then is the change made and answered.
 *   <li>Whoever moves a key's bytes from or to the disk, or changes the key, is in its {@link KeyGate}. A record being
 *       written is therefore that of the current value until it is entered in the index.
 *   <li>Within the gate the tier's lock is taken and left as needed; never is the disk waited for with it held.
 * </ol>
 */
final class DiskSide {
    /** How long a new value may have to wait for the disk to catch up. */
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(50);

    private final ValueLog log;
    private final Locked locked;
    private final Index index;
    private final StoreMemory memory;
    private final DiskCounters counters;
    private final WriteQueue queue;
    private final StoreSettings settings;
    private final Pace pace;
    private final ReadAhead ahead;
    private final KeyGate gate = new KeyGate();

    DiskSide(
            ValueLog log,
            Locked locked,
            Index index,
            StoreMemory memory,
            DiskCounters counters,
            WriteQueue queue,
            StoreSettings settings) {
        this.log = log;
        this.locked = locked;
        this.index = index;
        this.memory = memory;
        this.counters = counters;
        this.queue = queue;
        this.settings = settings;
        this.pace = new Pace(settings.nanoClock());
        this.ahead = new ReadAhead(this, memory.tier(), settings.nanoClock(), counters);
    }

    KeyGate gate() {
        return gate;
    }

    /** By which work in the background gives way to reads. */
    Pace pace() {
        return pace;
    }

    ReadAhead ahead() {
        return ahead;
    }

    /**
     * Does a change that gives a key another value, or none, once its record is erased.
     *
     * @param wanted whether the change is to be made, given what is there
     * @param change done with the tier's lock held
     */
    <T extends @Nullable Object> T change(byte[] key, Predicate<Entry> wanted, Locked.Action<T> change) {
        return gate.<T>through(key, () -> {
            var old = locked.<@Nullable Place>run(() -> {
                var entry = index.find(key);
                return entry != null && wanted.test(entry) ? detach(entry) : null;
            });
            if (old != null) {
                var _ = log.erase(old);
            }
            return locked.run(() -> {
                T result = change.run();
                var entry = index.find(key);
                if (entry != null && !entry.isThere()) {
                    index.remove(entry);
                }
                return result;
            });
        });
    }

    private @Nullable Place detach(Entry entry) {
        var place = entry.place;
        if (place != null) {
            index.place(entry, null, true);
        }
        return place;
    }

    /** Leases an entry's unit, whose entries are to be read under that lease, and begins to read them. Called with the lock held. */
    void leased(Entry entry) {
        if (entry.place != null) {
            entry.unit.leaseOnDisk(
                    settings.nanoClock().getAsLong() + settings.readLease().toNanos());
            if (entry.unit.id != null) {
                ahead.wantAll(entry.unit, null);
            }
        }
    }

    /**
     * Begins to read what of a unit lies on disk only; false where reading ahead has no room for all of it. Called with the
     * lock held.
     */
    boolean warm(ChunkUnit unit) {
        long now = settings.nanoClock().getAsLong();
        if (!ahead.hasRoom(unit)) {
            return false;
        }
        if (unit.entries.stream().anyMatch(entry -> entry.isOnDiskOnly() && !unit.awaits(entry, now))) {
            unit.leaseAll();
            unit.leaseOnDisk(now + settings.readLease().toNanos());
        }
        ahead.wantAll(unit, null);
        return true;
    }

    /** Notes that a value in memory is read. Called with the lock held. */
    void read(Entry entry) {
        if (entry.ahead) {
            entry.ahead = false;
            counters.aheadUsed.increment();
        }
    }

    /**
     * The value of a key that is on disk, now in memory too; null when it is not to be had. Held for the caller. Its lease ends
     * with this read; the rest of its chunk is read ahead.
     */
    @Nullable
    Value read(byte[] key) {
        return gate.<@Nullable Value>through(key, () -> {
            var found = locked.<@Nullable Found>run(() -> findToRead(key));
            if (found == null) {
                return null;
            }
            if (found.value == null && found.place != null) {
                var value = pace.<@Nullable Value>read(() -> promote(found.entry, found.place, this::keepRead));
                if (value != null) {
                    counters.hits.increment();
                }
                return value;
            }
            return found.value;
        });
    }

    /** Where a key's value is; held for the finder if it is in memory. */
    private record Found(
            Entry entry, @Nullable Place place, @Nullable Value value) {}

    private @Nullable Found findToRead(byte[] key) {
        var found = find(key);
        if (found != null && found.value != null) {
            counters.hits.increment();
            read(found.entry);
            index.settle(found.entry);
        } else if (found != null && found.entry.unit.id != null) {
            wantOthers(found.entry);
        }
        return found;
    }

    /** Who asks for one value of a chunk will ask for the others. */
    private void wantOthers(Entry entry) {
        var unit = entry.unit;
        long now = settings.nanoClock().getAsLong();
        if (unit.entries.stream().noneMatch(other -> other != entry && other.isOnDiskOnly())) {
            return;
        }
        if (!unit.awaits(entry, now)) {
            unit.leaseAll();
            unit.leaseOnDisk(now + settings.readLease().toNanos());
        }
        ahead.wantAll(unit, entry);
    }

    private @Nullable Found find(byte[] key) {
        var entry = index.find(key);
        if (entry == null || !entry.isThere()) {
            return null;
        }
        return new Found(entry, entry.place, entry.value == null ? null : entry.value.retain());
    }

    /** What is done, with the lock held, with a value that was read and still is its entry's. */
    private interface Keep {
        void keep(Entry entry, Value value);
    }

    /** The value at a place of an entry whose gate is held; null when it is not to be had. Held for the caller. */
    private @Nullable Value promote(Entry entry, Place place, Keep keep) {
        try (var builder = memory.receive(entry.engineKey, place.size())) {
            var blocks = builder.blocks();
            if (blocks == null) {
                counters.noMemory.increment();
                locked.perform(() -> index.settle(entry));
                return null;
            }
            if (!log.read(place, entry.key.bytes, blocks)) {
                lose(entry, place);
                return null;
            }
            var value = builder.build();
            locked.perform(() -> {
                // Unless its segment was given up meanwhile.
                if (index.has(entry) && place.equals(entry.place)) {
                    keep.keep(entry, value);
                }
            });
            return value;
        }
    }

    private void keepRead(Entry entry, Value value) {
        entry.used = true;
        index.promote(entry, value.retain());
        index.settle(entry);
    }

    private void keepChanged(Entry entry, Value value) {
        index.promote(entry, value.retain());
    }

    /**
     * Reads a value into memory before it is asked for, and leases it there.
     *
     * @param wanted asked with the lock held, before and after reading
     */
    void readAhead(Entry entry, BooleanSupplier wanted) {
        gate.perform(entry.key.bytes, () -> {
            var place =
                    locked.<@Nullable Place>run(() -> index.has(entry) && wanted.getAsBoolean() ? entry.place : null);
            if (place == null) {
                counters.aheadCancelled.increment();
                return;
            }
            var value = pace.<@Nullable Value>read(
                    () -> promote(entry, place, (same, read) -> keepAhead(same, read, wanted)));
            if (value != null) {
                value.release();
            }
        });
    }

    private void keepAhead(Entry entry, Value value, BooleanSupplier wanted) {
        if (!wanted.getAsBoolean()) {
            counters.aheadCancelled.increment();
            return;
        }
        counters.ahead.increment();
        index.promote(entry, value.retain());
        entry.ahead = true;
        if (ahead.mayLease(entry.unit)) {
            boolean ignored = memory.tier().lease(entry.unit);
        }
    }

    /** What lies there is not the value: from now on the key has none. */
    void lose(Entry entry, Place place) {
        counters.lost.increment();
        boolean mine = locked.run(() -> {
            boolean still = index.has(entry) && place.equals(entry.place);
            if (still) {
                forget(entry);
            }
            return still;
        });
        if (mine) {
            var _ = log.erase(place);
        }
    }

    /** An entry has no record any more; without a value in memory it goes. Called with the tier's lock held. */
    void forget(Entry entry) {
        index.place(entry, null, true);
        if (!entry.isThere()) {
            index.remove(entry);
        }
    }

    /** Erases an entry's record, if it has one; without a value elsewhere the entry goes. */
    void giveUp(Entry entry) {
        gate.perform(entry.key.bytes, () -> {
            var place = locked.<@Nullable Place>run(() -> index.has(entry) ? detach(entry) : null);
            if (place != null) {
                var _ = log.erase(place);
                locked.perform(() -> index.left(entry));
            }
        });
    }

    /** Sets when a key expires; what is on disk says so too. */
    boolean expireAt(byte[] key, long atMillis) {
        return gate.through(key, () -> {
            var found = locked.<@Nullable Found>run(() -> find(key));
            if (found == null) {
                return false;
            }
            if (found.value == null && found.place == null) {
                return expireOnGpu(found.entry, atMillis);
            }
            var value = found.value == null && found.place != null
                    ? promote(found.entry, found.place, this::keepChanged)
                    : found.value;
            if (value == null) {
                return false;
            }
            try {
                var old = locked.<@Nullable Place>run(() -> detach(found.entry));
                if (old != null) {
                    var _ = log.erase(old);
                }
                return locked.run(() -> {
                    boolean there = index.has(found.entry) && found.entry.value != null;
                    if (there) {
                        index.setExpiry(found.entry, atMillis);
                        enqueue(found.entry);
                    }
                    return there;
                });
            } finally {
                value.release();
            }
        });
    }

    private boolean expireOnGpu(Entry entry, long atMillis) {
        return locked.run(() -> {
            boolean there = index.has(entry) && entry.isThere();
            if (there) {
                index.setExpiry(entry, atMillis);
            }
            return there;
        });
    }

    /** Waits a little for the disk to catch up, if it is behind and works. */
    void pause() {
        if (queue.isFull() && log.trouble() == null && !queue.await(LONGEST_PAUSE, false)) {
            counters.pauses.increment();
        }
    }

    /** Lets a value that is not on disk be written behind. Called with the tier's lock held. */
    void enqueue(Entry entry) {
        if (entry.place == null && entry.isThere() && !queue.add(entry)) {
            counters.skipped.increment();
        }
    }
}
