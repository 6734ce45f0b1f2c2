package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.disk.LogCounters;
import dev.kvcachepool.cachenode.disk.ValueLog;
import dev.kvcachepool.cachenode.tier.HostTier;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The disk of a store, for who starts and ends it, and for its figures. Thread-safe. */
public final class StoreDisk implements AutoCloseable {
    /** Part of the host tier that may wait to be written. */
    private static final int WAITING_SHARE = 4;
    /** Part of the host tier that is emptied at the end, to read into it what is elsewhere. */
    private static final int READING_SHARE = 4;

    private static final int EVICTED_AT_A_TIME = 64;

    private final ValueLog log;
    private final Locked locked;
    private final Index index;
    private final DiskCounters counters = new DiskCounters();
    private final WriteQueue queue;
    private final DiskSide side;
    private final DiskRecords records;
    private final WriteBehind writer;
    private final Recovery recovery;
    private final HostTier tier;
    private Elsewhere elsewhere = Elsewhere.NOWHERE;

    StoreDisk(ValueLog log, Locked locked, Index index, StoreMemory memory, StoreSettings settings) {
        this.log = log;
        this.locked = locked;
        this.index = index;
        this.tier = memory.tier();
        this.queue = new WriteQueue(tier.lock(), memory.arena().capacityBytes() / WAITING_SHARE);
        this.side = new DiskSide(log, locked, index, memory, counters, queue, settings);
        this.records = new DiskRecords(log, side, locked, index, memory, counters);
        var reclaim = new Reclaim(log, side, records, locked, index, tier, settings.nanoClock(), counters);
        var quotas =
                new DiskQuotas(settings.tenants().disk(), side, locked, index, tier, settings.nanoClock(), counters);
        this.writer = new WriteBehind(records, queue, quotas, reclaim, locked, counters);
        this.recovery = new Recovery(log, records, side.pace(), locked, index, tier, counters);
    }

    DiskSide side() {
        return side;
    }

    /** Where values also are; before {@link #start}. */
    void elsewhere(Elsewhere other) {
        elsewhere = other;
        records.elsewhere(other);
    }

    /**
     * Takes in what an earlier process left, then begins to write; called once, before the store is used.
     *
     * @param atMost for reading the heads of what is there; what is not reached is given up
     * @param wanted keys that are to be kept
     */
    public void start(Duration atMost, Predicate<byte[]> wanted) {
        recovery.run(atMost, wanted);
        writer.start();
        locked.perform(() -> index.notOnDisk().forEach(side::enqueue));
        side.ahead().start();
    }

    /** Gives up everything, on disk and waiting; the caller forgets the index's entries before anybody may move again. */
    void clear(Runnable forgetEntries) {
        side.gate().throughAll(() -> {
            log.clear();
            locked.perform(() -> {
                queue.clear();
                forgetEntries.run();
            });
        });
    }

    /**
     * Writes what is not on disk, as much as the time allows: for a process that ends and is to come back.
     *
     * @return how many values are not on disk then
     */
    public int flush(Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        // What waits already may be what can't be read now, since memory is full, and takes the room of what can be
        // written.
        boolean goingOn = queue.await(atMost, true);
        var left = locked.run(index::notOnDisk);
        while (goingOn && !left.isEmpty()) {
            var some = inMemory(left);
            if (some.isEmpty()) {
                makeRoomToRead();
                some = left;
            }
            var next = some;
            int before = left.size();
            locked.perform(() -> next.forEach(side::enqueue));
            boolean done = queue.await(Duration.ofNanos(Math.max(0, end - System.nanoTime())), true);
            left = locked.run(index::notOnDisk);
            // What can't be written although there is time will not be.
            goingOn = done && log.trouble() == null && left.size() < before;
        }
        return left.size();
    }

    private List<Entry> inMemory(List<Entry> entries) {
        return locked.run(() -> entries.stream()
                .filter(entry -> entry.value != null || entry.leaving != null)
                .toList());
    }

    /** All that is in memory is on disk, so that nothing is lost by that. */
    private void makeRoomToRead() {
        elsewhere.leaveAlone();
        long capacity = tier.arena().capacityBytes();
        while (tier.evictSome(EVICTED_AT_A_TIME, capacity - capacity / READING_SHARE)) {
            Thread.onSpinWait();
        }
    }

    /** Bytes that values may occupy on disk. */
    public long capacityBytes() {
        return log.capacityBytes();
    }

    /** Bytes of disk in use. */
    public long usedBytes() {
        return log.usedBytes();
    }

    /** Bytes of the records that keys have. */
    public long recordBytes() {
        return locked.run(() -> index.places().bytes());
    }

    /** Bytes of the records that a group's keys have. */
    public long recordBytes(int group) {
        return locked.run(() -> index.places().bytesOf(group));
    }

    /** Bytes that wait to be written. */
    public long waitingBytes() {
        return queue.bytes();
    }

    /** What is wrong with the disk now, one line for people; null when nothing is. */
    public @Nullable String trouble() {
        return log.trouble();
    }

    public DiskCounters counters() {
        return counters;
    }

    /** What the log itself has counted. */
    public LogCounters logCounters() {
        return log.counters();
    }

    /** Ends writing after the values in hand, reading ahead and comparing; the store goes on without writing to disk. */
    @Override
    public void close() {
        recovery.close();
        side.ahead().close();
        writer.close();
        log.close();
    }
}
