package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.kept.KeptRecord;
import dev.kvcachepool.cachenode.kept.KeptTable;
import org.jspecify.annotations.Nullable;

/**
 * What is written of values in memory for a process that is restarted in place; nothing where memory does not outlive this one.
 * Guarded by the tier's lock.
 *
 * <p>A record that is there is its key's current value: it is erased before the key's value changes or its memory can be given
 * to another, and written once the key has its value.
 */
final class KeptValues {
    private final @Nullable KeptTable table;

    KeptValues(@Nullable KeptTable table) {
        this.table = table;
    }

    /** Writes the record of an entry that has a value in memory and no record; one that is too much is done without. */
    void keep(Entry entry) {
        var value = entry.value;
        if (table != null && value != null) {
            entry.record = table.put(new KeptRecord(
                    entry.key.bytes,
                    value.size(),
                    value.crc32(),
                    entry.storedAtMicros,
                    entry.expiresAtMillis,
                    value.tenant().isAlone(),
                    value.extents()));
        }
    }

    /** Erases an entry's record, if it has one. */
    void forget(Entry entry) {
        if (table != null && entry.record != KeptTable.NONE) {
            table.erase(entry.record);
            entry.record = KeptTable.NONE;
        }
    }

    /** Writes anew what is known of an entry, if it has a record. */
    void renew(Entry entry) {
        if (entry.record != KeptTable.NONE) {
            forget(entry);
            keep(entry);
        }
    }
}
