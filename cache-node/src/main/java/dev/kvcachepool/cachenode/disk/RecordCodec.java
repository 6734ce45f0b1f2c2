package dev.kvcachepool.cachenode.disk;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A record's head on disk, all integers big-endian, padded with zeros to whole blocks:
 *
 * <pre>
 *  0 magic "KVPR", or "KVPX" once erased      40 size of the value, 8
 *  4 bytes of the key, 4                      48 expires at, ms since the epoch, 8
 *  8 bytes of the record, 8                   56 stored at, µs since the epoch, 8
 * 16 number of its segment, 8                 64 CRC-32C of the value, 4
 * 24 its offset there, 8                      68 CRC-32C of all of the head but this field, 4
 * 32 zero, 8                                  72 key
 * </pre>
 *
 * <p>The value follows, padded with zeros to whole blocks. Segment and offset say where the record belongs: a block that
 * shows up elsewhere is foreign.
 */
final class RecordCodec {
    static final int FIXED_BYTES = 72;
    static final int MAX_KEY_BYTES = 64 << 10;
    private static final int RECORD = 0x4B565052;
    private static final int ERASED = 0x4B565058;
    private static final int CRC_AT = 68;

    private RecordCodec() {}

    /** What a head says. */
    record Head(boolean erased, RecordHead record, Place place, int valueCrc) {}

    /** Why there is no head to be had. */
    enum Fault {
        /** Nothing was ever written there, or not to its end. */
        TORN,
        /** It is whole, and belongs elsewhere. */
        FOREIGN
    }

    /** Exactly one is there. */
    record Parsed(@Nullable Head head, @Nullable Fault fault) {}

    static int headBytes(int keyBytes) {
        return (int) Place.padded(FIXED_BYTES + keyBytes);
    }

    static long recordBytes(int keyBytes, long size) {
        return headBytes(keyBytes) + Place.padded(size);
    }

    /** Fills {@code into} from its start with a head and zeros, and limits it to the head's blocks. */
    static void encode(ByteBuffer into, RecordHead record, Place place, int valueCrc) {
        put(into, RECORD, record, place, valueCrc);
    }

    /** As {@link #encode}, a head that says no more than that a record of that length was here. */
    static void encodeErased(ByteBuffer into, Place place) {
        put(into, ERASED, new RecordHead(new byte[0], 0, 0, 0), place, 0);
    }

    private static void put(ByteBuffer into, int magic, RecordHead record, Place place, int valueCrc) {
        into.clear().limit(headBytes(record.key().length));
        into.putInt(magic)
                .putInt(record.key().length)
                .putLong(place.recordBytes())
                .putLong(place.segment())
                .putLong(place.offset())
                .putLong(0)
                .putLong(record.size())
                .putLong(record.expiresAtMillis())
                .putLong(record.storedAtMicros())
                .putInt(valueCrc)
                .putInt(0)
                .put(record.key());
        Blocks.zeroRest(into);
        into.putInt(CRC_AT, crc(into, FIXED_BYTES + record.key().length)).flip();
    }

    private static int crc(ByteBuffer head, int bytes) {
        var crc = new CRC32C();
        crc.update(head.duplicate().position(0).limit(CRC_AT));
        crc.update(head.duplicate().limit(bytes).position(CRC_AT + Integer.BYTES));
        return (int) crc.getValue();
    }

    /** Bytes of the key that a head's first block speaks of, −1 when it is no head. */
    static int keyBytes(ByteBuffer block) {
        int magic = block.getInt(0);
        int keyBytes = block.getInt(4);
        return (magic == RECORD || magic == ERASED) && keyBytes >= 0 && keyBytes <= MAX_KEY_BYTES ? keyBytes : -1;
    }

    /** Reads a head; {@code blocks} holds all of its blocks from its start. */
    static Parsed decode(ByteBuffer blocks, long segment, long offset) {
        int keyBytes = keyBytes(blocks);
        if (keyBytes < 0
                || headBytes(keyBytes) > blocks.limit()
                || blocks.getInt(CRC_AT) != crc(blocks, FIXED_BYTES + keyBytes)) {
            return new Parsed(null, Fault.TORN);
        }
        if (blocks.getLong(16) != segment || blocks.getLong(24) != offset) {
            return new Parsed(null, Fault.FOREIGN);
        }
        boolean erased = blocks.getInt(0) == ERASED;
        long size = blocks.getLong(40);
        long recordBytes = blocks.getLong(8);
        boolean sane = erased ? recordBytes > 0 : size >= 0 && recordBytes == recordBytes(keyBytes, size);
        if (!sane || recordBytes % Place.BLOCK_BYTES != 0) {
            return new Parsed(null, Fault.TORN);
        }
        var key = new byte[keyBytes];
        blocks.duplicate().position(FIXED_BYTES).get(key);
        var record = new RecordHead(key, size, blocks.getLong(48), blocks.getLong(56));
        var place = new Place(segment, offset, recordBytes, size);
        return new Parsed(new Head(erased, record, place, blocks.getInt(64)), null);
    }
}
