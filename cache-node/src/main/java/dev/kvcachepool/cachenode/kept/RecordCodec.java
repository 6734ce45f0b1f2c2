package dev.kvcachepool.cachenode.kept;

import dev.kvcachepool.cachenode.memory.Extent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A record's bytes, little-endian, from the start of a slot: 0 the table's mark (written last), 8 bytes of all, 12 CRC-32 of
 * what follows, 16 size, 24 time stored, 32 expiry, 40 the value's CRC-32, 44 bytes of the key, 48 extents (the top bit: of a
 * tenant alone), 52 the key, then for each extent page, first unit, units (4, 2, 2).
 */
final class RecordCodec {
    static final int LENGTH_AT = 8;
    private static final int CHECKSUM_AT = 12;
    private static final int BODY_AT = 16;
    private static final int KEY_AT = 52;
    private static final int EXTENT_BYTES = 8;
    private static final int ALONE = 0x8000_0000;
    private static final int UNSIGNED_SHORT = 0xffff;

    private RecordCodec() {}

    static int length(KeptRecord record) {
        return KEY_AT + record.key().length + record.extents().size() * EXTENT_BYTES;
    }

    /** Writes all but the mark; {@code into} begins at the slot. */
    static void write(KeptRecord record, ByteBuffer into) {
        int length = length(record);
        into.putInt(LENGTH_AT, length);
        into.position(BODY_AT);
        into.putLong(record.size())
                .putLong(record.storedAtMicros())
                .putLong(record.expiresAtMillis())
                .putInt(record.crc32())
                .putInt(record.key().length)
                .putInt(record.extents().size() | (record.alone() ? ALONE : 0))
                .put(record.key());
        for (var extent : record.extents()) {
            into.putInt(extent.page()).putShort((short) extent.first()).putShort((short) extent.units());
        }
        into.putInt(CHECKSUM_AT, checksum(into, length));
    }

    /** What was written; null where it is something else. */
    static @Nullable KeptRecord read(ByteBuffer from) {
        int length = from.getInt(LENGTH_AT);
        if (length < KEY_AT || length > from.capacity() || from.getInt(CHECKSUM_AT) != checksum(from, length)) {
            return null;
        }
        from.position(BODY_AT);
        long size = from.getLong();
        long storedAt = from.getLong();
        long expiresAt = from.getLong();
        int crc = from.getInt();
        int keyLength = from.getInt();
        int extents = from.getInt();
        int count = extents & ~ALONE;
        if (keyLength < 0 || KEY_AT + keyLength + (long) count * EXTENT_BYTES != length) {
            return null;
        }
        var key = new byte[keyLength];
        from.get(key);
        var places = new ArrayList<Extent>(count);
        for (int i = 0; i < count; i++) {
            places.add(new Extent(from.getInt(), from.getShort() & UNSIGNED_SHORT, from.getShort() & UNSIGNED_SHORT));
        }
        return new KeptRecord(key, size, crc, storedAt, expiresAt, (extents & ALONE) != 0, places);
    }

    private static int checksum(ByteBuffer slot, int length) {
        var crc = new CRC32();
        crc.update(slot.slice(BODY_AT, length - BODY_AT));
        return (int) crc.getValue();
    }
}
