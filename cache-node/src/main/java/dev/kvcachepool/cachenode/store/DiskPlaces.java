package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.disk.Place;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which entries lie in which segment of the disk. Guarded by the tier's lock. */
final class DiskPlaces {
    private final Map<Long, Set<Entry>> segments = new HashMap<>();
    private long bytes;

    /** Gives an entry another place; null for none. Its old one is nobody's from now on. */
    void set(Entry entry, @Nullable Place place) {
        var old = entry.place;
        if (old != null) {
            bytes -= old.recordBytes();
            segments.computeIfPresent(old.segment(), (segment, entries) -> {
                entries.remove(entry);
                return entries.isEmpty() ? null : entries;
            });
        }
        entry.place = place;
        if (place != null) {
            bytes += place.recordBytes();
            segments.computeIfAbsent(place.segment(), segment -> Collections.newSetFromMap(new IdentityHashMap<>()))
                    .add(entry);
        }
    }

    /** The entries that lie in a segment, as they are now. */
    List<Entry> in(long segment) {
        return List.copyOf(segments.getOrDefault(segment, Set.of()));
    }

    /** Bytes of disk that entries' records occupy. */
    long bytes() {
        return bytes;
    }
}
