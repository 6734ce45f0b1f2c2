package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.kept.KeptRecord;
import dev.kvcachepool.cachenode.kept.KeptTable;
import dev.kvcachepool.cachenode.key.KeyParser;
import dev.kvcachepool.cachenode.memory.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A store's values in memory that outlive the process: takes in what an earlier one left, and its figures. Thread-safe.
 *
 * <p>Every value is compared with its checksum before anybody can ask for it, on all processors beside one another: memory is
 * read at several GB/s each.
 */
public final class StoreKept {
    private final KeptTable table;
    private final Locked locked;
    private final Index index;
    private final StoreMemory memory;
    private final LongAdder recovered = new LongAdder();
    private final LongAdder wrong = new LongAdder();

    StoreKept(KeptTable table, Locked locked, Index index, StoreMemory memory) {
        this.table = table;
        this.locked = locked;
        this.index = index;
        this.memory = memory;
    }

    /** A record, and its value unless that can't be right. */
    private record Found(
            KeptRecord record, int slot, @Nullable Value value) {
        Found prove() {
            if (value == null || value.verify()) {
                return this;
            }
            value.release();
            return new Found(record, slot, null);
        }
    }

    /**
     * Takes in what an earlier process left; called once, before the store is used and before its disk is started.
     *
     * @param wanted keys that are to be kept
     */
    public void start(Predicate<byte[]> wanted) {
        var found = new ArrayList<Found>();
        locked.perform(() -> table.read((record, slot) -> found.add(new Found(record, slot, adopt(record)))));
        memory.arena().dropUnclaimed();
        var proven = found.parallelStream()
                .map(Found::prove)
                .sorted(Comparator.comparingLong(one -> one.record.storedAtMicros()))
                .toList();
        proven.forEach(one -> locked.perform(() -> enter(one, wanted)));
    }

    private @Nullable Value adopt(KeptRecord record) {
        var key = KeyParser.parse(record.key());
        var salt = key == null ? "" : key.salt();
        return memory.arena().adopt(salt, record.alone(), record.size(), record.crc32(), record.extents());
    }

    private void enter(Found found, Predicate<byte[]> wanted) {
        var record = found.record;
        var value = found.value;
        if (value == null) {
            wrong.increment();
            table.erase(found.slot);
        } else if (isToBeKept(record.key(), wanted)) {
            var entry = index.add(record.key());
            entry.storedAtMicros = record.storedAtMicros();
            // Before the entry has its record, which says so already and need not be written again.
            index.setExpiry(entry, record.expiresAtMillis());
            entry.record = found.slot;
            index.takeOver(entry, value);
            index.expire();
            recovered.increment();
        } else {
            table.erase(found.slot);
            value.release();
        }
    }

    private boolean isToBeKept(byte[] key, Predicate<byte[]> wanted) {
        return wanted.test(key)
                && index.find(key) == null
                && memory.tier().makeIndexRoom(Entry.mostIndexBytes(key.length));
    }

    /** Values that an earlier process had left, and that are here. */
    public long recovered() {
        return recovered.sum();
    }

    /** Records whose values were not what they said. */
    public long wrong() {
        return wrong.sum();
    }

    /** Values that a later process will not find, as the table was full. */
    public long unrecorded() {
        return locked.run(table::full);
    }

    /** Bytes of the table in use. */
    public long tableBytes() {
        return locked.run(table::usedBytes);
    }
}
