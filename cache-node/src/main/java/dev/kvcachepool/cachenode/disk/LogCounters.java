package dev.kvcachepool.cachenode.disk;

import java.util.concurrent.atomic.LongAdder;

/** What a log has counted since the start. Thread-safe. */
public final class LogCounters {
    final LongAdder writtenRecords = new LongAdder();
    final LongAdder writtenBytes = new LongAdder();
    final LongAdder readRecords = new LongAdder();
    final LongAdder readBytes = new LongAdder();
    final LongAdder erasedRecords = new LongAdder();
    final LongAdder droppedSegments = new LongAdder();
    final LongAdder writeErrors = new LongAdder();
    final LongAdder readErrors = new LongAdder();
    final LongAdder eraseErrors = new LongAdder();
    final LongAdder torn = new LongAdder();
    final LongAdder foreign = new LongAdder();
    final LongAdder corrupt = new LongAdder();
    final LongAdder recoveredRecords = new LongAdder();
    final LongAdder unreachedSegments = new LongAdder();

    LogCounters() {}

    public long writtenRecords() {
        return writtenRecords.sum();
    }

    /** Bytes written, heads and padding included. */
    public long writtenBytes() {
        return writtenBytes.sum();
    }

    public long readRecords() {
        return readRecords.sum();
    }

    /** Bytes read for values, padding included. */
    public long readBytes() {
        return readBytes.sum();
    }

    public long erasedRecords() {
        return erasedRecords.sum();
    }

    public long droppedSegments() {
        return droppedSegments.sum();
    }

    /** Writes that the disk refused. */
    public long writeErrors() {
        return writeErrors.sum();
    }

    /** Reads that the disk refused. */
    public long readErrors() {
        return readErrors.sum();
    }

    /** Erasures that the disk refused. */
    public long eraseErrors() {
        return eraseErrors.sum();
    }

    /** Records that end before their end, found in recovery or by a read. */
    public long torn() {
        return torn.sum();
    }

    /** Segments and records that are another's: of another pool, another format, another key. */
    public long foreign() {
        return foreign.sum();
    }

    /** Records whose checksum does not match. */
    public long corrupt() {
        return corrupt.sum();
    }

    /** Records found intact by recovery, as far as their heads say. */
    public long recoveredRecords() {
        return recoveredRecords.sum();
    }

    /** Segments dropped because recovery's time was over. */
    public long unreachedSegments() {
        return unreachedSegments.sum();
    }
}
