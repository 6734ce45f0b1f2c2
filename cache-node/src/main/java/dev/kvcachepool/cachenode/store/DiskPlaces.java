package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.disk.Place;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which entries lie in which segment of the disk. Guarded by the tier's lock. */
final class DiskPlaces {
    private final Map<Long, Live> segments = new HashMap<>();
    /** Segments that have no entry any more, until somebody asks. */
    private final Queue<Long> emptied = new ArrayDeque<>();

    private long bytes;

    /** What of a segment is still an entry's. */
    private static final class Live {
        final Set<Entry> entries = Collections.newSetFromMap(new IdentityHashMap<>());
        long bytes;
    }

    /** Gives an entry another place; null for none. Its old one is nobody's from now on. */
    void set(Entry entry, @Nullable Place place) {
        var old = entry.place;
        if (old != null) {
            leave(entry, old);
        }
        entry.place = place;
        if (place != null) {
            bytes += place.recordBytes();
            var live = segments.computeIfAbsent(place.segment(), segment -> new Live());
            live.entries.add(entry);
            live.bytes += place.recordBytes();
        }
    }

    private void leave(Entry entry, Place old) {
        bytes -= old.recordBytes();
        var live = segments.get(old.segment());
        if (live != null) {
            live.entries.remove(entry);
            live.bytes -= old.recordBytes();
            if (live.entries.isEmpty()) {
                segments.remove(old.segment());
                emptied.add(old.segment());
            }
        }
    }

    /** The entries that lie in a segment, as they are now. */
    List<Entry> in(long segment) {
        var live = segments.get(segment);
        return live == null ? List.of() : List.copyOf(live.entries);
    }

    /** Bytes of a segment that entries' records occupy. */
    long bytesIn(long segment) {
        var live = segments.get(segment);
        return live == null ? 0 : live.bytes;
    }

    /** A segment that lost its last entry since this was asked before; null for none. */
    @Nullable
    Long nextEmptied() {
        return emptied.poll();
    }

    /** Bytes of disk that entries' records occupy. */
    long bytes() {
        return bytes;
    }
}
