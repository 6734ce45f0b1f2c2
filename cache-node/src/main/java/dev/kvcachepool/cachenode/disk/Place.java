package dev.kvcachepool.cachenode.disk;

/**
 * Where a record lies; greater is newer. It stays valid until its segment is dropped; reading it after that finds nothing.
 *
 * @param segment number of its segment; a later segment has a greater one, and none is ever used again
 * @param offset of the record in the segment, bytes
 * @param recordBytes that the record occupies, its head and padding included
 * @param size bytes of the value
 */
public record Place(long segment, long offset, long recordBytes, long size) implements Comparable<Place> {
    /** Everything on disk starts at and occupies multiples of this. */
    public static final int BLOCK_BYTES = 4 << 10;

    @Override
    public int compareTo(Place other) {
        int bySegment = Long.compare(segment, other.segment);
        return bySegment == 0 ? Long.compare(offset, other.offset) : bySegment;
    }

    /** Bytes of a value with its padding: what a reader has to have room for. */
    public static long padded(long size) {
        return (size + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
    }
}
