package dev.kvcachepool.cachenode.disk;

import dev.kvcachepool.cachenode.folder.LockedFolder;
import dev.kvcachepool.cachenode.memory.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The log as one file a segment in a folder of its own.
 *
 * <p>A record is a head (see {@link RecordCodec}) and the value. Its room at the segment's end is taken in turn, then it is
 * written beside others. No flush: what was written outlives the process, not the machine's power. A process that is killed
 * may leave a gap where a record was being written; what lies behind the gap is given up with it. A write that fails ends its
 * segment, and what it may have left of the record is erased; a segment where that is refused is given up.
 *
 * <p>A disk with less room than the log may take counts as a log that is full, as long as there is a segment to give up.
 */
public final class SegmentLog implements ValueLog {
    private static final long LEAST_SEGMENT = 64L << 20;
    private static final long MOST_SEGMENT = 1L << 30;
    private static final int SEGMENTS = 16;
    private static final int VERIFY_BYTES = 1 << 20;

    private final LogFiles files;
    private final LogSettings settings;
    private final LogCounters counters = new LogCounters();
    private final LongSupplier nanoClock;
    private final DiskTrouble trouble;
    private final Segments segments;
    private final RecordReader reader;
    private final long segmentBytes;
    private final Helpers helpers = new Helpers();
    private final RecordWriter writer = new RecordWriter(helpers);
    private final Blocks erasers = new Blocks(Place.BLOCK_BYTES);
    private long nextNumber;
    private @Nullable Segment current;
    private volatile boolean needsRoom;
    /** The disk has less room than the log may take: until a segment is dropped, nothing is written. */
    private volatile boolean noSpace;

    SegmentLog(LogFiles files, LogSettings settings, LongSupplier nanoClock) {
        this.files = files;
        this.settings = settings;
        this.nanoClock = nanoClock;
        this.trouble = new DiskTrouble(nanoClock);
        this.segments = new Segments(files, counters, settings.capacityBytes());
        this.reader = new RecordReader(segments, counters, helpers, new Blocks(VERIFY_BYTES));
        this.segmentBytes = segmentBytes(settings.capacityBytes());
    }

    /**
     * Opens the log in its folder, which is made where it is not there.
     *
     * @throws IOException whose message is a line for the user: what is wrong with the folder
     */
    public static SegmentLog open(LogSettings settings) throws IOException {
        return new SegmentLog(new LocalFiles(LockedFolder.take(settings.path())), settings, System::nanoTime);
    }

    private static long segmentBytes(long capacity) {
        long share = capacity / SEGMENTS / Place.BLOCK_BYTES * Place.BLOCK_BYTES;
        long least = Math.min(LEAST_SEGMENT, Math.max(share, 4L * Place.BLOCK_BYTES));
        return Math.clamp(share, least, MOST_SEGMENT);
    }

    @Override
    public synchronized void recover(Duration atMost, Consumer<Recovered> each) {
        try {
            nextNumber = new LogScan(files, settings, segments, counters, nanoClock).run(atMost, each) + 1;
        } catch (IOException e) {
            counters.readErrors.increment();
            trouble.refused("listing the folder", e);
        }
    }

    @Override
    public @Nullable Place append(RecordHead record, Value value) {
        long bytes = RecordCodec.recordBytes(record.key().length, value.size());
        if (record.key().length > RecordCodec.MAX_KEY_BYTES
                || bytes + Place.BLOCK_BYTES > settings.capacityBytes()
                || trouble.waits()) {
            return null;
        }
        var begun = begin(bytes);
        if (begun == null) {
            return null;
        }
        var place = new Place(begun.segment.number, begun.offset, bytes, value.size());
        try {
            return write(begun.segment, record, place, value);
        } finally {
            begun.segment.written();
        }
    }

    /** Room for one record, which its segment waits for. */
    private record Begun(Segment segment, long offset) {}

    private synchronized @Nullable Begun begin(long bytes) {
        segments.removeDoomed();
        try {
            var open = current;
            long offset = open == null ? -1 : open.begin(bytes);
            if (open == null || offset < 0) {
                open = next(bytes);
                offset = open == null ? -1 : open.begin(bytes);
            }
            return open == null || offset < 0 ? null : new Begun(open, offset);
        } catch (IOException e) {
            refused(e, segments.oldest().isPresent());
            return null;
        }
    }

    /** A new segment that takes a record of {@code bytes}; null when there is no room for another one. */
    private @Nullable Segment next(long bytes) throws IOException {
        seal();
        long limit = Math.max(segmentBytes, bytes + Place.BLOCK_BYTES);
        needsRoom = !segments.fits(limit);
        if (full()) {
            return null;
        }
        long number = nextNumber++;
        var file = files.create(Segment.nameOf(number), limit);
        var segment = new Segment(number, file, Place.BLOCK_BYTES, limit);
        try {
            var head = Blocks.aligned(Place.BLOCK_BYTES);
            Segment.encodeHead(head, settings.owner(), number);
            file.write(0, head);
        } catch (IOException e) {
            segment.leave();
            segments.remove(number);
            throw e;
        }
        segments.add(segment);
        current = segment;
        return segment;
    }

    /** Null when it failed, or when its segment was given up meanwhile. */
    private @Nullable Place write(Segment segment, RecordHead record, Place place, Value value) {
        try {
            writer.write(segment.file, record, place, value);
        } catch (IOException e) {
            eraseUnlessAbsent(segment, place);
            failed(segment, e);
            return null;
        }
        trouble.worked();
        counters.writtenRecords.increment();
        counters.writtenBytes.add(place.recordBytes());
        return segments.has(segment.number) ? place : null;
    }

    private synchronized void failed(Segment segment, IOException error) {
        refused(error, segments.hasOtherThan(segment.number));
        segments.seal(segment);
        if (current == segment) {
            current = null;
        }
    }

    private void refused(IOException error, boolean hasWhatToGiveUp) {
        counters.writeErrors.increment();
        if (hasWhatToGiveUp && DiskTrouble.isNoSpace(error)) {
            noSpace = true;
        } else {
            trouble.refused("writing", error);
        }
        seal();
    }

    /** Some of a record may be there, and nobody may ever take it for the key's value. A full disk has taken none of it. */
    private void eraseUnlessAbsent(Segment segment, Place place) {
        boolean absent;
        try {
            absent = segment.file.size() <= place.offset();
        } catch (IOException e) {
            absent = false;
        }
        if (!absent) {
            var _ = erase(place);
        }
    }

    private void seal() {
        var open = current;
        if (open != null) {
            segments.seal(open);
            current = null;
        }
    }

    @Override
    public boolean read(Place place, byte[] key, ByteBuffer[] into) {
        return reader.read(place, key, into);
    }

    @Override
    public boolean verify(Place place, byte[] key) {
        return reader.verify(place, key);
    }

    @Override
    public boolean erase(Place place) {
        var segment = segments.enter(place.segment());
        if (segment == null) {
            segments.removeDoomed();
            return true;
        }
        var block = erasers.take();
        try {
            RecordCodec.encodeErased(block, place);
            segment.file.write(place.offset(), block);
            counters.erasedRecords.increment();
            return true;
        } catch (IOException e) {
            counters.eraseErrors.increment();
            drop(place.segment());
            return false;
        } finally {
            erasers.giveBack(block);
            segment.leave();
        }
    }

    @Override
    public boolean full() {
        return needsRoom || noSpace;
    }

    @Override
    public synchronized boolean tight() {
        return noSpace || !segments.fits(segmentBytes);
    }

    @Override
    public OptionalLong oldestSegment() {
        return segments.oldest();
    }

    @Override
    public synchronized SequencedMap<Long, Long> closedSegments() {
        var sizes = segments.sizes();
        if (current != null) {
            sizes.remove(current.number);
        }
        return sizes;
    }

    @Override
    public synchronized void drop(long segment) {
        if (current != null && current.number == segment) {
            seal();
        }
        segments.drop(segment);
        needsRoom = false;
        noSpace = false;
    }

    @Override
    public synchronized void clear() {
        seal();
        segments.dropAll();
        needsRoom = false;
        noSpace = false;
    }

    @Override
    public long capacityBytes() {
        return settings.capacityBytes();
    }

    @Override
    public long usedBytes() {
        return segments.usedBytes();
    }

    /** Whether reads and writes go past the system's cache. */
    public boolean direct() {
        return files.direct();
    }

    @Override
    public @Nullable String trouble() {
        return trouble.text();
    }

    @Override
    public LogCounters counters() {
        return counters;
    }

    @Override
    public synchronized void close() {
        seal();
        helpers.close();
        segments.close();
        files.close();
    }
}
