package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.tier.HostTier;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads into memory what a client is about to ask for: all values of a chunk once one of them was asked for or leased. A run
 * of EXISTS over a prefix is so read in its order, while the client still asks on.
 *
 * <ul>
 *   <li>What is read ahead is leased, and takes no more than a share of what may be leased: it evicts nothing that is leased,
 *       and no lease ends early for it. What does not fit waits until others were read.
 *   <li>What waits is dropped when its lease ends, or when the client was faster. A client that comes while its value is
 *       being read waits for it in the key's {@link KeyGate} and finds it in memory.
 * </ul>
 *
 * {@link #wantAll} is called with the tier's lock held.
 */
final class ReadAhead implements AutoCloseable {
    private static final int THREADS = 2;
    /** Part of the tier that may be leased or under way; leases alone may hold a quarter. */
    private static final int SHARE = 5;
    /** Entries that may wait. */
    private static final int MOST_WAITING = 8192;

    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final DiskSide disk;
    private final HostTier tier;
    private final LongSupplier nanoClock;
    private final DiskCounters counters;
    private final Condition changed;
    private final Queue<Wanted> waiting = new ArrayDeque<>();
    private final long limit;
    private final List<Thread> threads;
    private long underWay;
    private long waitingBytes;
    private boolean closed;

    /** What waits, with its size as that was when it began to. */
    private record Wanted(Entry entry, long size) {}

    ReadAhead(DiskSide disk, HostTier tier, LongSupplier nanoClock, DiskCounters counters) {
        this.disk = disk;
        this.tier = tier;
        this.nanoClock = nanoClock;
        this.counters = counters;
        this.changed = tier.lock().newCondition();
        this.limit = tier.arena().capacityBytes() / SHARE;
        this.threads = IntStream.range(0, THREADS)
                .mapToObj(i ->
                        Thread.ofPlatform().name("disk-reader-" + i).daemon().unstarted(this::run))
                .toList();
    }

    void start() {
        threads.forEach(Thread::start);
    }

    /** Lets all values of a leased unit that lie on disk only be read, but for one that is being read anyway. */
    void wantAll(ChunkUnit unit, @Nullable Entry butFor) {
        for (var entry : unit.entries) {
            if (entry != butFor && entry.isOnDiskOnly() && !entry.aheadWanted) {
                want(entry);
            }
        }
    }

    void want(Entry entry) {
        if (waiting.size() >= MOST_WAITING || entry.size > limit) {
            counters.aheadSkipped.increment();
            return;
        }
        entry.aheadWanted = true;
        waitingBytes += entry.size;
        waiting.add(new Wanted(entry, entry.size));
        changed.signal();
    }

    /** Whether leasing a unit, which is not leased, ends nobody's lease. Called with the tier's lock held. */
    boolean mayLease(ChunkUnit unit) {
        return !tier.isLeased(unit) && tier.leasedBytes() + unit.bytes() <= limit;
    }

    private void run() {
        try {
            for (var entry = take(); entry != null; entry = take()) {
                read(entry);
            }
        } catch (InterruptedException e) {
            // Nobody interrupts it: a disk's file would be closed by that.
            Thread.currentThread().interrupt();
        }
    }

    /** The next one that is still wanted and that there is room for; null at the end. */
    private @Nullable Entry take() throws InterruptedException {
        var lock = tier.lock();
        lock.lock();
        try {
            while (!closed) {
                var next = waiting.peek();
                var entry = next == null ? null : next.entry;
                if (entry == null) {
                    changed.await();
                } else if (!isWanted(entry)) {
                    removeFirst();
                    entry.aheadWanted = false;
                    counters.aheadCancelled.increment();
                } else if (tier.leasedBytes() + underWay + entry.size > limit) {
                    long ignored = changed.awaitNanos(LOOK_AGAIN_NANOS);
                    tier.expireLeases();
                } else {
                    removeFirst();
                    underWay += entry.size;
                    return entry;
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void removeFirst() {
        waitingBytes -= waiting.remove().size;
    }

    /** Whether all of a unit that lies on disk only can be read before any lease ends. Called with the tier's lock held. */
    boolean hasRoom(ChunkUnit unit) {
        long bytes = 0;
        int entries = 0;
        for (var entry : unit.entries) {
            if (entry.isOnDiskOnly() && !entry.aheadWanted) {
                bytes += entry.size;
                entries++;
            }
        }
        return waiting.size() + entries <= MOST_WAITING
                && tier.leasedBytes() + underWay + waitingBytes + bytes <= limit;
    }

    /** Whether somebody is still to come for it. Called with the tier's lock held. */
    private boolean isWanted(Entry entry) {
        return entry.isOnDiskOnly() && entry.unit.awaits(entry, nanoClock.getAsLong());
    }

    private void read(Entry entry) {
        long size = entry.size;
        try {
            disk.readAhead(entry, () -> isWanted(entry));
        } catch (RuntimeException e) {
            // One value's fault is not the end of all reading ahead; whoever asks for it meets it.
            counters.aheadCancelled.increment();
        } finally {
            done(entry, size);
        }
    }

    private void done(Entry entry, long size) {
        tier.lock().lock();
        try {
            entry.aheadWanted = false;
            underWay -= size;
            changed.signal();
        } finally {
            tier.lock().unlock();
        }
    }

    /** Ends after the values in hand. */
    @Override
    public void close() {
        tier.lock().lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            tier.lock().unlock();
        }
        try {
            for (var thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
