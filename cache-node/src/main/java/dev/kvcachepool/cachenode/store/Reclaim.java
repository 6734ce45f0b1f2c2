package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.disk.Place;
import dev.kvcachepool.cachenode.disk.ValueLog;
import dev.kvcachepool.cachenode.tier.HostTier;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Gives up segments when room is needed. Thread-safe: one thread at a time does it, the others write on.
 *
 * <ol>
 *   <li>A segment of which nothing is a key's value any more goes at once.
 *   <li>When the last segment that there is room for is being written: the one of which least is still somebody's, if that
 *       is no more than half of it; it is moved to the log's end, all of it. Else the oldest. What of it was asked
 *       for since it was written, or is leased, has a second chance: it is moved, up to half of the segment.
 *   <li>When there is no room at all, the oldest goes as it is.
 * </ol>
 *
 * What is pinned is not given up at all: it comes back to memory, and is written again. Moving gives way to reads ({@link Pace}) unless the log is full.
 */
final class Reclaim {
    /** No more than this part of a segment is moved, so that giving one up makes room. */
    private static final int MOVED_SHARE = 2;
    /** Part of the index's limit beyond which a segment goes, with all its keys, so that new keys find room. */
    private static final double INDEX_MARK = .9;

    private final ReentrantLock turn = new ReentrantLock();
    private final ValueLog log;
    private final DiskSide disk;
    private final DiskRecords records;
    private final Locked locked;
    private final Index index;
    private final HostTier tier;
    private final LongSupplier nanoClock;
    private final DiskCounters counters;
    private volatile boolean stopped;

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

    /** Gives up segments if it is time to, and nobody else is at it. */
    void ahead() {
        if (!turn.tryLock()) {
            return;
        }
        try {
            dropEmptied();
            if (tier.indexBytes() > tier.indexLimit() * INDEX_MARK) {
                log.oldestSegment().ifPresent(this::giveUp);
            } else if (log.tight()) {
                makeRoom();
            }
        } finally {
            turn.unlock();
        }
    }

    /** Gives up the oldest segment if the log still is full; false when there is none. */
    boolean oldest() {
        turn.lock();
        try {
            if (!log.full()) {
                return true;
            }
            var oldest = log.oldestSegment();
            oldest.ifPresent(this::giveUp);
            return oldest.isPresent();
        } finally {
            turn.unlock();
        }
    }

    /** Ends moving, where it is. */
    void stop() {
        stopped = true;
    }

    private void dropEmptied() {
        for (var segment = nextEmptied(); segment != null; segment = nextEmptied()) {
            if (log.closedSegments().containsKey(segment)) {
                boolean ignored = isDroppedEmpty(segment);
            }
        }
    }

    private @Nullable Long nextEmptied() {
        return locked.<@Nullable Long>run(() -> index.places().nextEmptied());
    }

    /** Gives up a segment if nothing of it is anybody's. */
    private boolean isDroppedEmpty(long segment) {
        return records.whileNoneIsWritten(() -> {
            boolean empty = locked.run(() -> index.places().bytesIn(segment)) == 0;
            if (empty) {
                log.drop(segment);
            }
            return empty;
        });
    }

    private void makeRoom() {
        var sparse = leastLive();
        if (sparse != null) {
            moveOn(sparse, 1, entry -> true);
            if (isDroppedEmpty(sparse)) {
                counters.compacted.increment();
                return;
            }
        }
        var oldest = log.oldestSegment();
        if (oldest.isPresent()) {
            long now = nanoClock.getAsLong();
            moveOn(oldest.getAsLong(), MOVED_SHARE, entry -> entry.used || entry.unit.isLeasedOnDisk(now));
            if (!stopped) {
                giveUp(oldest.getAsLong());
            }
        }
    }

    /** The segment that costs least to empty, where that is little; null where every one is mostly in use. */
    private @Nullable Long leastLive() {
        var sizes = log.closedSegments();
        return locked.<@Nullable Long>run(() -> sizes.entrySet().stream()
                .filter(each -> index.places().bytesIn(each.getKey()) <= each.getValue() / MOVED_SHARE)
                .min(Comparator.comparingLong(each -> index.places().bytesIn(each.getKey())))
                .map(Map.Entry::getKey)
                .orElse(null));
    }

    private void giveUp(long segment) {
        rescuePinned(segment);
        records.whileNoneIsWritten(() -> {
            log.drop(segment);
            locked.perform(() -> index.places().in(segment).forEach(this::leave));
            return segment;
        });
    }

    /** An entry whose record is gone. Called with the tier's lock held. */
    private void leave(Entry entry) {
        boolean rescued = entry.value != null && tier.isPinned(entry.unit);
        (rescued ? counters.moved : counters.givenUp).increment();
        disk.forget(entry);
        if (rescued) {
            disk.enqueue(entry);
        }
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

    /** Moves what is worth it to the log's end, up to a part of what is live in the segment. */
    private void moveOn(long segment, int share, Predicate<Entry> worth) {
        long left = locked.run(() -> index.places().bytesIn(segment)) / share;
        for (var worthy : locked.run(() -> worthKeeping(segment, worth))) {
            left -= worthy.place.recordBytes();
            if (left < 0 || stopped || log.full()) {
                return;
            }
            if (disk.pace().work(() -> move(worthy), () -> stopped || log.full())) {
                counters.yields.increment();
            }
        }
    }

    private void move(Worthy worthy) {
        if (records.move(worthy.entry, worthy.place)) {
            counters.moved.increment();
        }
    }

    private List<Worthy> worthKeeping(long segment, Predicate<Entry> worth) {
        return index.places().in(segment).stream()
                .filter(worth)
                .map(entry -> new Worthy(entry, Objects.requireNonNull(entry.place)))
                .toList();
    }
}
