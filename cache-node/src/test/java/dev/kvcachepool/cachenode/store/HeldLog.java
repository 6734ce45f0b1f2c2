package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.disk.LogCounters;
import dev.kvcachepool.cachenode.disk.Place;
import dev.kvcachepool.cachenode.disk.RecordHead;
import dev.kvcachepool.cachenode.disk.ValueLog;
import dev.kvcachepool.cachenode.memory.Value;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A log whose reads and writes a test can hold back. Thread-safe. */
final class HeldLog implements ValueLog {
    /** More than any test reads or writes. */
    private static final int FREE = 1 << 20;

    private final ValueLog log;
    private final Semaphore reads = new Semaphore(FREE);
    private final Semaphore writes = new Semaphore(FREE);
    /** Keys of the reads that were begun, in their order. */
    final List<String> begun = new CopyOnWriteArrayList<>();

    HeldLog(ValueLog log) {
        this.log = log;
    }

    /** From now on a read waits until it is let go. */
    void hold() {
        reads.drainPermits();
    }

    /** From now on a write waits until it is let go. */
    void holdWrites() {
        writes.drainPermits();
    }

    void letGo() {
        reads.release(FREE);
        writes.release(FREE);
    }

    @Override
    public boolean read(Place place, byte[] key, ByteBuffer[] into) {
        begun.add(new String(key, StandardCharsets.UTF_8));
        reads.acquireUninterruptibly();
        return log.read(place, key, into);
    }

    @Override
    public void recover(Duration atMost, Consumer<Recovered> each) {
        log.recover(atMost, each);
    }

    @Override
    public @Nullable Place append(RecordHead head, Value value) {
        writes.acquireUninterruptibly();
        return log.append(head, value);
    }

    @Override
    public boolean verify(Place place, byte[] key) {
        return log.verify(place, key);
    }

    @Override
    public boolean erase(Place place) {
        return log.erase(place);
    }

    @Override
    public boolean full() {
        return log.full();
    }

    @Override
    public boolean tight() {
        return log.tight();
    }

    @Override
    public OptionalLong oldestSegment() {
        return log.oldestSegment();
    }

    @Override
    public SequencedMap<Long, Long> closedSegments() {
        return log.closedSegments();
    }

    @Override
    public void drop(long segment) {
        log.drop(segment);
    }

    @Override
    public void clear() {
        log.clear();
    }

    @Override
    public long capacityBytes() {
        return log.capacityBytes();
    }

    @Override
    public long usedBytes() {
        return log.usedBytes();
    }

    @Override
    public @Nullable String trouble() {
        return log.trouble();
    }

    @Override
    public LogCounters counters() {
        return log.counters();
    }

    @Override
    public void close() {
        log.close();
    }
}
