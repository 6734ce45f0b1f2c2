package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.disk.Place;
import dev.kvcachepool.cachenode.disk.RecordHead;
import dev.kvcachepool.cachenode.disk.ValueLog;
import dev.kvcachepool.cachenode.memory.Value;
import dev.kvcachepool.cachenode.memory.ValueBuilder;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Writes, moves and compares entries' records, each in its key's gate; the rules are those of {@link DiskSide}. Thread-safe. */
final class DiskRecords {
    private final ValueLog log;
    private final DiskSide disk;
    private final Locked locked;
    private final Index index;
    private final StoreMemory memory;
    private final DiskCounters counters;
    /** Shared by who writes a record until it is entered; alone in it is who gives up a segment. */
    private final ReentrantReadWriteLock appending = new ReentrantReadWriteLock();

    private Elsewhere elsewhere = Elsewhere.NOWHERE;

    DiskRecords(ValueLog log, DiskSide disk, Locked locked, Index index, StoreMemory memory, DiskCounters counters) {
        this.log = log;
        this.disk = disk;
        this.locked = locked;
        this.index = index;
        this.memory = memory;
        this.counters = counters;
    }

    /** While no record is on its way to the disk or to the index. */
    <T> T whileNoneIsWritten(Supplier<T> action) {
        appending.writeLock().lock();
        try {
            return action.get();
        } finally {
            appending.writeLock().unlock();
        }
    }

    /** What became of a record. */
    private enum Outcome {
        ENTERED,
        /** It was written, and its entry had gone meanwhile. */
        LATE,
        REFUSED
    }

    private Outcome append(Entry entry, @Nullable Place from, Value value) {
        appending.readLock().lock();
        try {
            var place = log.append(headOf(entry), value);
            if (place == null) {
                return Outcome.REFUSED;
            }
            return enter(entry, from, place) ? Outcome.ENTERED : Outcome.LATE;
        } finally {
            appending.readLock().unlock();
        }
    }

    /** Where values also are; once, before anything is written. */
    void elsewhere(Elsewhere other) {
        elsewhere = other;
    }

    /** What is to be written of an entry, held for the caller; null where it is on disk, or not to be had. */
    private @Nullable Value toWrite(Entry entry) {
        var here = locked.<@Nullable Value>run(() -> inMemory(entry));
        if (here == null) {
            here = elsewhere.copyOf(entry);
        }
        // It may have come to memory just then.
        return here == null ? locked.<@Nullable Value>run(() -> inMemory(entry)) : here;
    }

    private @Nullable Value inMemory(Entry entry) {
        var value = entry.value == null ? entry.leaving : entry.value;
        return value != null && index.has(entry) && entry.place == null ? value.retain() : null;
    }

    /** Writes the value of an entry that was waiting; false when the log first needs room. */
    boolean write(Entry entry) {
        return disk.gate().through(entry.key.bytes, () -> {
            var value = toWrite(entry);
            if (value == null) {
                return true;
            }
            try {
                if (append(entry, null, value) != Outcome.REFUSED) {
                    return true;
                }
                if (log.full()) {
                    return false;
                }
                counters.notWritten.increment();
                return true;
            } finally {
                value.release();
            }
        });
    }

    /** Moves a record to the log's end, if it is still the entry's; false when it could not be. */
    boolean move(Entry entry, Place from) {
        return disk.gate().through(entry.key.bytes, () -> {
            try (var builder = memory.receive(entry.engineKey, from.size())) {
                var value = valueToMove(entry, from, builder);
                if (value == null) {
                    return false;
                }
                try {
                    boolean moved = append(entry, from, value) == Outcome.ENTERED;
                    if (moved) {
                        var _ = log.erase(from);
                    }
                    return moved;
                } finally {
                    value.release();
                }
            }
        });
    }

    private @Nullable Value valueToMove(Entry entry, Place from, ValueBuilder into) {
        if (!locked.run(() -> index.has(entry) && from.equals(entry.place))) {
            return null;
        }
        var inMemory = locked.<@Nullable Value>run(() -> entry.value == null ? null : entry.value.retain());
        if (inMemory != null) {
            return inMemory;
        }
        var blocks = into.blocks();
        return blocks != null && log.read(from, entry.key.bytes, blocks) ? into.build() : null;
    }

    /** Enters a new record of an entry whose gate is held, unless the entry went meanwhile: then the record goes too. */
    private boolean enter(Entry entry, @Nullable Place from, Place place) {
        boolean entered = locked.run(() -> {
            boolean same = index.has(entry) && Objects.equals(from, entry.place);
            if (same) {
                index.place(entry, place, true);
            }
            return same;
        });
        if (!entered) {
            var _ = log.erase(place);
        }
        return entered;
    }

    /** Compares what an earlier process wrote, if it is still the entry's and nobody has read it yet. */
    void prove(Entry entry, Place place) {
        disk.gate().<@Nullable Void>through(entry.key.bytes, () -> {
            boolean open = locked.run(() -> index.has(entry) && place.equals(entry.place) && !entry.proven);
            if (open && log.verify(place, entry.key.bytes)) {
                counters.proven.increment();
                locked.perform(() -> {
                    if (index.has(entry) && place.equals(entry.place)) {
                        index.prove(entry);
                    }
                });
            } else if (open) {
                disk.lose(entry, place);
            }
            return null;
        });
    }

    private RecordHead headOf(Entry entry) {
        return locked.run(
                () -> new RecordHead(entry.key.bytes, entry.size, entry.expiresAtMillis, entry.storedAtMicros));
    }
}
