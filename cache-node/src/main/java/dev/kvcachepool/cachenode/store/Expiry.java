package dev.kvcachepool.cachenode.store;

import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Entries that have an end, soonest first. Guarded by the tier's lock. */
final class Expiry {
    private final TreeMap<End, Entry> ends = new TreeMap<>();

    private record End(long atMillis, long sequence) implements Comparable<End> {
        static End of(Entry entry) {
            return new End(entry.expiresAtMillis, entry.sequence);
        }

        @Override
        public int compareTo(End other) {
            int byTime = Long.compare(atMillis, other.atMillis);
            return byTime == 0 ? Long.compare(sequence, other.sequence) : byTime;
        }
    }

    void set(Entry entry, long atMillis) {
        remove(entry);
        entry.expiresAtMillis = atMillis;
        if (atMillis != Entry.FOREVER) {
            ends.put(End.of(entry), entry);
        }
    }

    void remove(Entry entry) {
        if (entry.expiresAtMillis != Entry.FOREVER) {
            ends.remove(End.of(entry));
        }
    }

    /** An entry whose end has come, or null. */
    @Nullable
    Entry due(long nowMillis) {
        return ends.isEmpty() || ends.firstKey().atMillis() > nowMillis
                ? null
                : ends.firstEntry().getValue();
    }
}
