package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.disk.Place;
import dev.kvcachepool.cachenode.disk.ValueLog;
import dev.kvcachepool.cachenode.memory.Value;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A store's values on disk. Thread-safe.
 *
 * <p>What is stored in memory is written behind; what leaves memory and is on disk stays there, and is read back into
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
    private final KeyGate gate = new KeyGate();

    DiskSide(ValueLog log, Locked locked, Index index, StoreMemory memory, DiskCounters counters, WriteQueue queue) {
        this.log = log;
        this.locked = locked;
        this.index = index;
        this.memory = memory;
        this.counters = counters;
        this.queue = queue;
    }

    KeyGate gate() {
        return gate;
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

    /** The value of a key that is on disk, now in memory too; null when it is not to be had. Held for the caller. */
    @Nullable
    Value read(byte[] key) {
        return gate.<@Nullable Value>through(key, () -> {
            var found = locked.<@Nullable Found>run(() -> find(key));
            if (found == null) {
                return null;
            }
            if (found.value != null) {
                counters.hits.increment();
            }
            return inMemory(found);
        });
    }

    /** Where a key's value is; held for the finder if it is in memory. */
    private record Found(
            Entry entry, @Nullable Place place, @Nullable Value value) {}

    private @Nullable Found find(byte[] key) {
        var entry = index.find(key);
        if (entry == null || !entry.isThere()) {
            return null;
        }
        return new Found(entry, entry.place, entry.value == null ? null : entry.value.retain());
    }

    private @Nullable Value inMemory(Found found) {
        return found.value != null || found.place == null ? found.value : promote(found.entry, found.place);
    }

    private @Nullable Value promote(Entry entry, Place place) {
        try (var builder = memory.receive(entry.engineKey, place.size())) {
            var blocks = builder.blocks();
            if (blocks == null) {
                counters.noMemory.increment();
                return null;
            }
            if (!log.read(place, entry.key.bytes, blocks)) {
                lose(entry, place);
                return null;
            }
            var value = builder.build();
            counters.hits.increment();
            return locked.run(() -> keepInMemory(entry, place, value));
        }
    }

    /** Unless its segment was given up meanwhile the value is the index's too; held for the reader either way. */
    private Value keepInMemory(Entry entry, Place place, Value value) {
        if (!index.has(entry) || !place.equals(entry.place)) {
            return value;
        }
        entry.used = true;
        value.retain();
        index.promote(entry, value);
        return value;
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
        if (entry.value == null) {
            index.remove(entry);
        }
    }

    /** Sets when a key expires; what is on disk says so too. */
    boolean expireAt(byte[] key, long atMillis) {
        return gate.through(key, () -> {
            var found = locked.<@Nullable Found>run(() -> find(key));
            if (found == null) {
                return false;
            }
            var value = inMemory(found);
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

    /** Waits a little for the disk to catch up, if it is behind and works. */
    void pause() {
        if (queue.isFull() && log.trouble() == null && !queue.await(LONGEST_PAUSE, false)) {
            counters.pauses.increment();
        }
    }

    /** Lets a value in memory be written behind. Called with the tier's lock held. */
    void enqueue(Entry entry) {
        if (entry.place == null && entry.value != null && !queue.add(entry)) {
            counters.skipped.increment();
        }
    }
}
