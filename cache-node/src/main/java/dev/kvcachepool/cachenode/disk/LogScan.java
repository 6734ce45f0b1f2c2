package dev.kvcachepool.cachenode.disk;

import dev.kvcachepool.cachenode.disk.LogFiles.LogFile;
import dev.kvcachepool.cachenode.disk.RecordCodec.Fault;
import dev.kvcachepool.cachenode.disk.RecordCodec.Head;
import dev.kvcachepool.cachenode.disk.ValueLog.Recovered;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Reads the heads of what an earlier process left, newest segment first. Used once, by one thread. */
final class LogScan {
    private final LogFiles files;
    private final LogSettings settings;
    private final Segments segments;
    private final LogCounters counters;
    private final LongSupplier nanoClock;
    private final ByteBuffer block = Blocks.aligned(RecordCodec.headBytes(RecordCodec.MAX_KEY_BYTES));

    LogScan(LogFiles files, LogSettings settings, Segments segments, LogCounters counters, LongSupplier nanoClock) {
        this.files = files;
        this.settings = settings;
        this.segments = segments;
        this.counters = counters;
        this.nanoClock = nanoClock;
    }

    /** The greatest number that a segment there has, −1 for none. */
    long run(Duration atMost, Consumer<Recovered> each) throws IOException {
        long end = nanoClock.getAsLong() + atMost.toNanos();
        var numbers = numbers();
        for (long number : numbers) {
            if (nanoClock.getAsLong() - end >= 0) {
                counters.unreachedSegments.increment();
                segments.remove(number);
            } else {
                segment(number, each);
            }
        }
        return numbers.isEmpty() ? -1 : numbers.getFirst();
    }

    private List<Long> numbers() throws IOException {
        return files.names().stream()
                .map(Segment::numberIn)
                .filter(number -> number >= 0)
                .sorted(Comparator.reverseOrder())
                .toList();
    }

    private void segment(long number, Consumer<Recovered> each) {
        try {
            var file = files.open(Segment.nameOf(number));
            if (!take(number, file, each)) {
                file.close();
            }
        } catch (IOException e) {
            counters.readErrors.increment();
        }
    }

    /** Whether the segment is the log's now. */
    private boolean take(long number, LogFile file, Consumer<Recovered> each) throws IOException {
        long size = file.size();
        boolean whole = file.read(0, block.clear().limit(Place.BLOCK_BYTES));
        var kind = whole ? Segment.kindOf(block, settings.owner(), number) : Segment.Kind.BROKEN;
        if (kind == Segment.Kind.FOREIGN) {
            counters.foreign.increment();
            return false;
        }
        if (kind == Segment.Kind.BROKEN || !segments.fits(size)) {
            (kind == Segment.Kind.BROKEN ? counters.torn : counters.droppedSegments).increment();
            segments.remove(number);
            return false;
        }
        var found = new ArrayList<Recovered>();
        long end = records(number, file, size, found);
        if (end < size && !isCut(file, end)) {
            segments.remove(number);
            return false;
        }
        var segment = new Segment(number, file, end, end);
        segments.seal(segment);
        segments.add(segment);
        counters.recoveredRecords.add(found.size());
        found.forEach(each);
        return true;
    }

    /**
     * What no scan reaches now must not be found by a later one, when its keys have other values: the file is cut where
     * this one ended. That also frees what was set aside for it and not needed.
     */
    private static boolean isCut(LogFile file, long end) {
        try {
            file.truncate(end);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Where the records end that can be read one after another. */
    private long records(long number, LogFile file, long size, List<Recovered> found) {
        long at = Place.BLOCK_BYTES;
        try {
            while (at < size) {
                var head = head(number, file, at);
                if (head == null) {
                    return at;
                }
                if (head.place().recordBytes() > size - at) {
                    counters.torn.increment();
                    return at;
                }
                if (!head.erased()) {
                    found.add(new Recovered(head.record(), head.place()));
                }
                at += head.place().recordBytes();
            }
        } catch (IOException e) {
            counters.readErrors.increment();
        }
        return at;
    }

    private @Nullable Head head(long number, LogFile file, long at) throws IOException {
        if (!file.read(at, block.clear().limit(Place.BLOCK_BYTES))) {
            counters.torn.increment();
            return null;
        }
        int more = RecordCodec.headBytes(Math.max(0, RecordCodec.keyBytes(block))) - Place.BLOCK_BYTES;
        if (more > 0 && !file.read(at + Place.BLOCK_BYTES, block.limit(Place.BLOCK_BYTES + more))) {
            counters.torn.increment();
            return null;
        }
        var parsed = RecordCodec.decode(block.flip(), number, at);
        if (parsed.head() == null) {
            count(parsed.fault());
        }
        return parsed.head();
    }

    /** Zeros are where writing has ended in room that was set aside. */
    private void count(@Nullable Fault fault) {
        if (fault == Fault.FOREIGN) {
            counters.foreign.increment();
        } else if (block.getLong(0) != 0) {
            counters.torn.increment();
        }
    }
}
