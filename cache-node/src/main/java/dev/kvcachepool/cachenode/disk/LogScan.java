package dev.kvcachepool.cachenode.disk;

import dev.kvcachepool.cachenode.disk.LogFiles.LogFile;
import dev.kvcachepool.cachenode.disk.RecordCodec.Fault;
import dev.kvcachepool.cachenode.disk.RecordCodec.Head;
import dev.kvcachepool.cachenode.disk.ValueLog.Recovered;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
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
        var segment = new Segment(number, file, size, size);
        segment.seal();
        segments.add(segment);
        records(segment, size, each);
        return true;
    }

    private void records(Segment segment, long size, Consumer<Recovered> each) throws IOException {
        for (long at = Place.BLOCK_BYTES; at < size; ) {
            var head = head(segment, at);
            if (head == null) {
                return;
            }
            if (head.place().recordBytes() > size - at) {
                counters.torn.increment();
                return;
            }
            if (!head.erased()) {
                counters.recoveredRecords.increment();
                each.accept(new Recovered(head.record(), head.place()));
            }
            at += head.place().recordBytes();
        }
    }

    private @Nullable Head head(Segment segment, long at) throws IOException {
        if (!segment.file.read(at, block.clear().limit(Place.BLOCK_BYTES))) {
            counters.torn.increment();
            return null;
        }
        int more = RecordCodec.headBytes(Math.max(0, RecordCodec.keyBytes(block))) - Place.BLOCK_BYTES;
        if (more > 0 && !segment.file.read(at + Place.BLOCK_BYTES, block.limit(Place.BLOCK_BYTES + more))) {
            counters.torn.increment();
            return null;
        }
        var parsed = RecordCodec.decode(block.flip(), segment.number, at);
        if (parsed.head() == null) {
            (parsed.fault() == Fault.FOREIGN ? counters.foreign : counters.torn).increment();
        }
        return parsed.head();
    }
}
