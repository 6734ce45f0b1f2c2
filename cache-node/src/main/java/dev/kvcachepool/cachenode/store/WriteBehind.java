package dev.kvcachepool.cachenode.store;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** Writes what waits, and makes room before there is none. A few threads: a device is at its best with several writes at a time. */
final class WriteBehind implements AutoCloseable {
    private static final int WRITERS = 4;
    private static final Duration ROUND = Duration.ofMillis(100);

    private final DiskRecords records;
    private final WriteQueue queue;
    private final DiskQuotas quotas;
    private final Reclaim reclaim;
    private final Locked locked;
    private final DiskCounters counters;
    private final List<Thread> threads = IntStream.range(0, WRITERS)
            .mapToObj(i -> Thread.ofPlatform().name("disk-writer-" + i).daemon().unstarted(this::run))
            .toList();
    private volatile boolean closed;

    WriteBehind(
            DiskRecords records,
            WriteQueue queue,
            DiskQuotas quotas,
            Reclaim reclaim,
            Locked locked,
            DiskCounters counters) {
        this.records = records;
        this.queue = queue;
        this.quotas = quotas;
        this.reclaim = reclaim;
        this.locked = locked;
        this.counters = counters;
    }

    void start() {
        threads.forEach(Thread::start);
    }

    private void run() {
        try {
            while (!closed) {
                tryRound();
            }
        } catch (InterruptedException e) {
            // Nobody interrupts it: a disk's file would be closed by that.
            Thread.currentThread().interrupt();
        }
    }

    /** One value's fault must not be the end of all writing: without a writer every store would wait in vain. */
    private void tryRound() throws InterruptedException {
        try {
            var _ = round(ROUND);
        } catch (RuntimeException e) {
            counters.notWritten.increment();
        }
    }

    /** Makes room if it is time to, then writes one entry if one comes in time; false when none came. */
    boolean round(Duration atMost) throws InterruptedException {
        reclaim.ahead();
        var entry = queue.take(atMost);
        if (entry == null) {
            return false;
        }
        try {
            while (quotas.makeRoom(entry) && !records.write(entry)) {
                if (!reclaim.oldest()) {
                    counters.notWritten.increment();
                    break;
                }
            }
        } finally {
            locked.perform(() -> queue.done(entry));
        }
        return true;
    }

    /** Ends after the entries in hand; what waits is not written. */
    @Override
    public void close() {
        closed = true;
        reclaim.stop();
        try {
            for (var thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
