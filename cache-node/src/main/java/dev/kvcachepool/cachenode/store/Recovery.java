package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.disk.Place;
import dev.kvcachepool.cachenode.disk.ValueLog;
import dev.kvcachepool.cachenode.disk.ValueLog.Recovered;
import dev.kvcachepool.cachenode.tier.HostTier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Takes in what an earlier process left on disk: first its heads, in bounded time, so that keys can be served; then, beside
 * the serving, its bytes, so that what is right is advertised and what is not is gone before anybody asks for it.
 */
final class Recovery implements AutoCloseable {
    private final ValueLog log;
    private final DiskRecords records;
    private final Pace pace;
    private final Locked locked;
    private final Index index;
    private final HostTier tier;
    private final DiskCounters counters;
    private final List<Unproven> unproven = new ArrayList<>();
    private final Thread thread =
            Thread.ofPlatform().name("disk-verifier").daemon().unstarted(this::prove);
    private volatile boolean closed;

    Recovery(
            ValueLog log,
            DiskRecords records,
            Pace pace,
            Locked locked,
            Index index,
            HostTier tier,
            DiskCounters counters) {
        this.log = log;
        this.records = records;
        this.pace = pace;
        this.locked = locked;
        this.index = index;
        this.tier = tier;
        this.counters = counters;
    }

    private record Unproven(Entry entry, Place place) {}

    /**
     * Reads the heads, and starts to compare the bytes.
     *
     * @param wanted keys that are to be kept
     */
    void run(Duration atMost, Predicate<byte[]> wanted) {
        var superseded = new ArrayList<Place>();
        log.recover(atMost, record -> locked.perform(() -> take(record, wanted, superseded)));
        superseded.forEach(log::erase);
        counters.superseded.add(superseded.size());
        thread.start();
    }

    private void take(Recovered record, Predicate<byte[]> wanted, List<Place> superseded) {
        var key = record.head().key();
        var entry = index.find(key);
        if (entry != null && (entry.value != null || entry.isOnGpu()) && !isSame(entry, record)) {
            // What is in memory, or went to the GPU from there, came later: the record could not be erased.
            superseded.add(record.place());
            return;
        }
        var old = entry == null ? null : entry.place;
        if (old != null && old.compareTo(record.place()) > 0) {
            superseded.add(record.place());
            return;
        }
        if (!wanted.test(key) || (entry == null && !tier.makeIndexRoom(Entry.mostIndexBytes(key.length)))) {
            superseded.add(record.place());
            return;
        }
        if (old != null) {
            superseded.add(old);
        } else {
            counters.recovered.increment();
        }
        enter(entry == null ? index.add(key) : entry, record);
    }

    private static boolean isSame(Entry entry, Recovered record) {
        var head = record.head();
        return entry.size == head.size()
                && entry.storedAtMicros == head.storedAtMicros()
                && entry.expiresAtMillis == head.expiresAtMillis();
    }

    private void enter(Entry entry, Recovered record) {
        entry.size = record.head().size();
        entry.storedAtMicros = record.head().storedAtMicros();
        index.setExpiry(entry, record.head().expiresAtMillis());
        index.place(entry, record.place(), false);
        unproven.add(new Unproven(entry, record.place()));
    }

    private void prove() {
        for (var next : unproven) {
            if (closed) {
                return;
            }
            if (pace.work(() -> records.prove(next.entry, next.place), () -> closed)) {
                counters.yields.increment();
            }
        }
        unproven.clear();
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
