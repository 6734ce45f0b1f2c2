package dev.kvcachepool.cachenode.disk;

import dev.kvcachepool.cachenode.memory.Value;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Values on disk, in segments that are written once from their start to their end. Thread-safe: readers, erasers
 * and writers run beside each other; nothing here knows which value of a key is the current one.
 *
 * <p>Promises, with a process killed at any moment (not: a machine that loses power):
 *
 * <ul>
 *   <li>a record is seen by a later recovery whole, or not at all, or found torn when it is read;
 *   <li>a record that was erased, or whose segment was dropped, is never seen again;
 *   <li>a read says true only if the bytes are those that were written for that very key and place.
 * </ul>
 *
 * <p>Nothing here throws for what a disk does: a write that fails is no place, a read that fails is a miss; both are
 * counted, {@link #trouble} says what is wrong in words, and writes are tried again after a while.
 */
public interface ValueLog extends AutoCloseable {

    /**
     * Reads what an earlier process left; once, before anything is written.
     *
     * <p>Heads only, of the newest segments first: bytes of values are not looked at. A key may be
     * told several times, and what has expired too; then the record with the greater {@link Place} (segment, then offset) is the newer one.
     *
     * @param atMost how long; segments that were not reached by then are dropped, and counted
     * @param each called on this thread for each intact head
     */
    void recover(Duration atMost, Consumer<Recovered> each);

    /** A record that an earlier process wrote. */
    record Recovered(RecordHead head, Place place) {}

    /**
     * Writes a value at the log's end; waits for the disk. Several at a time make the most of a device.
     *
     * @param value held by the caller until this returns
     * @return null when it could not be written: no room, its segment was given up meanwhile, or the disk refuses
     */
    @Nullable
    Place append(RecordHead head, Value value);

    /**
     * Reads a value.
     *
     * @param into each block-aligned in memory and a whole number of blocks long; together room for {@link
     *     Place#padded} bytes. What they hold is undefined after false.
     * @return whether the bytes are the value of {@code key} that was written there
     */
    boolean read(Place place, byte[] key, ByteBuffer[] into);

    /** As {@link #read}, into nowhere. */
    boolean verify(Place place, byte[] key);

    /**
     * Makes a record unreadable, in place, before it returns; erasing what is gone already is fine.
     *
     * @return false when the disk refused: then the record's segment is given up and dropped as soon as the disk lets
     *     it, and until then a crash may bring the record back; counted
     */
    boolean erase(Place place);

    /** Whether the next append would need room that only {@link #drop} can give. */
    boolean full();

    /** Whether the segment being written, or the next one where none is, is the last that there is room for. */
    boolean tight();

    /** The segment that was begun first, of those that are closed for writing or would be closed by being dropped. */
    OptionalLong oldestSegment();

    /** The segments that are closed for writing, those begun first first, and the bytes that each takes. */
    SequencedMap<Long, Long> closedSegments();

    /** Gives up a segment with all that is in it. Running reads of it end well or find nothing. */
    void drop(long segment);

    /** Gives up all segments. */
    void clear();

    /** Bytes that records, heads and padding may occupy. */
    long capacityBytes();

    /** Bytes that segments occupy. */
    long usedBytes();

    /** What is wrong with the disk now, one line for people; null when nothing is. */
    @Nullable
    String trouble();

    LogCounters counters();

    /** Ends writing; records stay. Not to be called while a call runs. */
    @Override
    void close();
}
