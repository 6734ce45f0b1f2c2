package dev.kvcachepool.cachenode.disk;

import dev.kvcachepool.cachenode.memory.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The log as one file a segment in a folder of its own.
 *
 * <p>A record is a head (see {@link RecordCodec}) and the value; both are written in one go at the segment's end, straight
 * from where the value lies in memory. No flush: what was written outlives the process, not the machine's power. A write
 * that fails ends its segment, and what it may have left of the record is erased; a segment where that is refused is
 * given up.
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
    private final ByteBuffer head = Blocks.aligned(RecordCodec.headBytes(RecordCodec.MAX_KEY_BYTES));
    private final Blocks erasers = new Blocks(Place.BLOCK_BYTES);
    private final ByteBuffer tail = Blocks.aligned(Place.BLOCK_BYTES);
    private long nextNumber;
    private @Nullable Segment current;
    private volatile boolean needsRoom;

    SegmentLog(LogFiles files, LogSettings settings, LongSupplier nanoClock) {
        this.files = files;
        this.settings = settings;
        this.nanoClock = nanoClock;
        this.trouble = new DiskTrouble(nanoClock);
        this.segments = new Segments(files, counters, settings.capacityBytes());
        this.reader = new RecordReader(segments, counters, new Blocks(VERIFY_BYTES));
        this.segmentBytes = segmentBytes(settings.capacityBytes());
    }

    /**
     * Opens the log in its folder, which is made where it is not there.
     *
     * @throws IOException whose message is a line for the user: what is wrong with the folder
     */
    public static SegmentLog open(LogSettings settings) throws IOException {
        return new SegmentLog(LogFolder.open(settings.path()), settings, System::nanoTime);
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
    public synchronized @Nullable Place append(RecordHead record, Value value) {
        long bytes = RecordCodec.recordBytes(record.key().length, value.size());
        if (record.key().length > RecordCodec.MAX_KEY_BYTES
                || bytes + Place.BLOCK_BYTES > settings.capacityBytes()
                || trouble.waits()) {
            return null;
        }
        segments.removeDoomed();
        try {
            var segment = segmentFor(bytes);
            return segment == null ? null : write(segment, record, value, bytes);
        } catch (IOException e) {
            counters.writeErrors.increment();
            trouble.refused("writing", e);
            seal();
            return null;
        }
    }

    /** Where a record of {@code bytes} goes; null when there is no room for another segment. */
    private @Nullable Segment segmentFor(long bytes) throws IOException {
        var open = current;
        if (open != null && open.position + bytes <= open.limit) {
            return open;
        }
        seal();
        long limit = Math.max(segmentBytes, bytes + Place.BLOCK_BYTES);
        needsRoom = !segments.fits(limit);
        if (needsRoom) {
            return null;
        }
        long number = nextNumber++;
        var file = files.create(Segment.nameOf(number));
        var segment = new Segment(number, file, Place.BLOCK_BYTES, limit);
        try {
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

    private Place write(Segment segment, RecordHead record, Value value, long bytes) throws IOException {
        var place = new Place(segment.number, segment.position, bytes, value.size());
        RecordCodec.encode(head, record, place, crc(value));
        try {
            segment.file.write(segment.position, parts(value));
        } catch (IOException e) {
            segment.position += bytes;
            eraseUnlessAbsent(segment, place);
            throw e;
        }
        segment.position += bytes;
        trouble.worked();
        counters.writtenRecords.increment();
        counters.writtenBytes.add(bytes);
        return place;
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

    private static int crc(Value value) {
        var crc = new CRC32C();
        for (int part = 0; part < value.parts(); part++) {
            crc.update(value.view(part));
        }
        return (int) crc.getValue();
    }

    /** The head, the value's whole blocks as they lie, and its last block with zeros behind it. */
    private ByteBuffer[] parts(Value value) {
        List<ByteBuffer> parts = new ArrayList<>(value.parts() + 2);
        parts.add(head);
        for (int part = 0; part < value.parts(); part++) {
            var view = value.view(part);
            int rest = view.remaining() % Place.BLOCK_BYTES;
            if (view.remaining() > rest) {
                parts.add(view.slice(0, view.remaining() - rest));
            }
            if (rest > 0) {
                tail.clear().put(view.slice(view.remaining() - rest, rest));
                Blocks.zeroRest(tail);
                parts.add(tail.flip());
            }
        }
        return parts.toArray(ByteBuffer[]::new);
    }

    private void seal() {
        var open = current;
        if (open != null) {
            open.seal();
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
        return needsRoom;
    }

    @Override
    public synchronized boolean tight() {
        return !segments.fits(segmentBytes);
    }

    @Override
    public OptionalLong oldestSegment() {
        return segments.oldest();
    }

    @Override
    public synchronized void drop(long segment) {
        if (current != null && current.number == segment) {
            seal();
        }
        segments.drop(segment);
        needsRoom = false;
    }

    @Override
    public synchronized void clear() {
        seal();
        segments.dropAll();
        needsRoom = false;
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
        segments.close();
        files.close();
    }
}
