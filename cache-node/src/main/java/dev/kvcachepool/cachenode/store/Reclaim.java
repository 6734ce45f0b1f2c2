package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.disk.Place;
import dev.kvcachepool.cachenode.disk.ValueLog;
import dev.kvcachepool.cachenode.tier.HostTier;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * Gives up the oldest segment when room is needed. What was asked for since it was written, or is leased, has a second
 * chance: it is moved to the log's end first, up to half of the segment; so a segment is given up while there is still
 * one to move to. What is pinned is not given up at all: it comes back to memory and is written again. Belongs to the writer's thread.
 */
final class Reclaim {
    private static final int MOVED_SHARE = 2;
    /** Part of the index's limit beyond which a segment goes, with all its keys, so that new keys find room. */
    private static final double INDEX_MARK = .9;

    private final ValueLog log;
    private final DiskSide disk;
    private final DiskRecords records;
    private final Locked locked;
    private final Index index;
    private final HostTier tier;
    private final LongSupplier nanoClock;
    private final DiskCounters counters;

    Reclaim(
            ValueLog log,
            DiskSide disk,
            DiskRecords records,
            Locked locked,
            Index index,
            HostTier tier,
            LongSupplier nanoClock,
            DiskCounters counters) {
        this.log = log;
        this.disk = disk;
        this.records = records;
        this.locked = locked;
        this.index = index;
        this.tier = tier;
        this.nanoClock = nanoClock;
        this.counters = counters;
    }

    /** Gives up a segment if the last one that there is room for is being written, or the index is nearly full. */
    void ahead() {
        if (tier.indexBytes() > tier.indexLimit() * INDEX_MARK) {
            var _ = giveUp(false);
        } else if (log.tight()) {
            var _ = giveUp(true);
        }
    }

    /** Gives up the oldest segment at once; false when there is none. */
    boolean oldest() {
        return giveUp(false);
    }

    private boolean giveUp(boolean secondChance) {
        var oldest = log.oldestSegment();
        if (oldest.isEmpty()) {
            return false;
        }
        long segment = oldest.getAsLong();
        if (secondChance) {
            moveOn(segment);
        }
        rescuePinned(segment);
        log.drop(segment);
        locked.perform(() -> {
            for (var entry : index.places().in(segment)) {
                boolean rescued = entry.value != null && tier.isPinned(entry.unit);
                (rescued ? counters.moved : counters.givenUp).increment();
                disk.forget(entry);
                if (rescued) {
                    disk.enqueue(entry);
                }
            }
        });
        return true;
    }

    /** Brings to memory what is pinned: from there it is written again, even where the log had no room to move it. */
    private void rescuePinned(long segment) {
        List<Entry> pinned = locked.run(() -> index.places().in(segment).stream()
                .filter(entry -> entry.value == null && tier.isPinned(entry.unit))
                .toList());
        for (var entry : pinned) {
            var value = disk.read(entry.key.bytes);
            if (value != null) {
                value.release();
            }
        }
    }

    /** An entry that is worth keeping, and where it lies. */
    private record Worthy(Entry entry, Place place) {}

    private void moveOn(long segment) {
        List<Entry> all = locked.run(() -> index.places().in(segment));
        long left = locked.run(() -> all.stream()
                        .mapToLong(entry -> entry.place == null ? 0 : entry.place.recordBytes())
                        .sum())
                / MOVED_SHARE;
        for (var worthy : locked.run(() -> worthKeeping(all))) {
            left -= worthy.place.recordBytes();
            if (left < 0 || log.full()) {
                return;
            }
            if (records.move(worthy.entry, worthy.place)) {
                counters.moved.increment();
            }
        }
    }

    private List<Worthy> worthKeeping(List<Entry> all) {
        long now = nanoClock.getAsLong();
        return all.stream()
                .filter(entry -> entry.place != null)
                .filter(entry -> entry.used || entry.unit.isLeasedOnDisk(now))
                .map(entry -> new Worthy(entry, Objects.requireNonNull(entry.place)))
                .toList();
    }
}
