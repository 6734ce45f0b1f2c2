package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.disk.Place;
import dev.kvcachepool.cachenode.tier.Quotas;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which entries lie in which segment of the disk. Guarded by the tier's lock. */
final class DiskPlaces {
    private final Map<Long, Live> segments = new HashMap<>();
    /** Segments that have no entry any more, until somebody asks. */
    private final Queue<Long> emptied = new ArrayDeque<>();

    private final Quotas quotas;
    private final long[] bytesOf;
    /** By group, the one that came to its place first in front; empty for those without a quota. */
    private final List<Set<Entry>> inOrder;

    private long bytes;

    DiskPlaces(Quotas quotas) {
        this.quotas = quotas;
        this.bytesOf = new long[quotas.groups()];
        this.inOrder = Stream.<Set<Entry>>generate(LinkedHashSet::new)
                .limit(quotas.groups())
                .toList();
    }

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
            count(entry, place.recordBytes());
            if (quotas.isLimited(entry.unit.group())) {
                inOrder.get(entry.unit.group()).add(entry);
            }
            var live = segments.computeIfAbsent(place.segment(), segment -> new Live());
            live.entries.add(entry);
            live.bytes += place.recordBytes();
        }
    }

    private void count(Entry entry, long more) {
        bytes += more;
        bytesOf[entry.unit.group()] += more;
    }

    private void leave(Entry entry, Place old) {
        count(entry, -old.recordBytes());
        inOrder.get(entry.unit.group()).remove(entry);
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

    /** Bytes of disk that a group's records occupy. */
    long bytesOf(int group) {
        return bytesOf[group];
    }

    /** Entries of a group with a quota, the one that came to its place first in front. */
    Stream<Entry> inOrder(int group) {
        return inOrder.get(group).stream();
    }

    /** Bytes of disk that entries' records occupy. */
    long bytes() {
        return bytes;
    }
}
