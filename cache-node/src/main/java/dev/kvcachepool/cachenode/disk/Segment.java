package dev.kvcachepool.cachenode.disk;

import dev.kvcachepool.cachenode.disk.LogFiles.LogFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * One file of the log, with a count of those who use it: a dropped segment's file is closed when the last of them is done.
 * Thread-safe; {@link #position} belongs to the writer.
 *
 * <p>Its first block: magic "KVPSEG01", CRC-32C of the owner's name (8 bytes), number (8), CRC-32C of these (4), zeros.
 */
final class Segment {
    private static final String SUFFIX = ".segment";
    private static final int DIGITS = 20;
    private static final long MAGIC = 0x4B56505345473031L;
    private static final int CRC_AT = 24;

    final long number;
    final LogFile file;
    /** Bytes that its records may reach to. */
    final long limit;
    /** Where the next record goes. */
    long position;

    private int users = 1;
    private volatile boolean sealed;

    Segment(long number, LogFile file, long position, long limit) {
        this.number = number;
        this.file = file;
        this.position = position;
        this.limit = limit;
    }

    static String nameOf(long number) {
        return String.format(Locale.ROOT, "%020d", number) + SUFFIX;
    }

    /** The number in a name, −1 for a name that is no segment's. */
    static long numberIn(String name) {
        if (name.length() != DIGITS + SUFFIX.length()
                || !name.endsWith(SUFFIX)
                || !name.chars().limit(DIGITS).allMatch(character -> character >= '0' && character <= '9')) {
            return -1;
        }
        try {
            return Long.parseLong(name.substring(0, DIGITS));
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** Fills a block with a segment's head. */
    static void encodeHead(ByteBuffer block, String owner, long number) {
        block.clear().limit(Place.BLOCK_BYTES);
        block.putLong(MAGIC).putLong(ownerOf(owner)).putLong(number);
        Blocks.zeroRest(block);
        block.putInt(CRC_AT, headCrc(block)).flip();
    }

    /** What a segment's first block is. */
    enum Kind {
        OWN,
        /** Another pool's, or no segment at all. */
        FOREIGN,
        /** Begun and not finished, or damaged. */
        BROKEN
    }

    static Kind kindOf(ByteBuffer block, String owner, long number) {
        if (block.getLong(0) != MAGIC) {
            boolean empty = block.getLong(0) == 0;
            return empty ? Kind.BROKEN : Kind.FOREIGN;
        }
        if (block.getInt(CRC_AT) != headCrc(block) || block.getLong(16) != number) {
            return Kind.BROKEN;
        }
        return block.getLong(8) == ownerOf(owner) ? Kind.OWN : Kind.FOREIGN;
    }

    private static int headCrc(ByteBuffer block) {
        var crc = new CRC32C();
        crc.update(block.duplicate().position(0).limit(CRC_AT));
        return (int) crc.getValue();
    }

    private static long ownerOf(String owner) {
        var crc = new CRC32C();
        crc.update(owner.getBytes(StandardCharsets.UTF_8));
        return crc.getValue();
    }

    /** Ends writing: what it takes on disk is what was written. */
    void seal() {
        sealed = true;
    }

    /** Bytes that are spoken for. */
    long reserved() {
        return sealed ? position : limit;
    }

    /** Begins a use; false when it is closed. */
    synchronized boolean enter() {
        if (users == 0) {
            return false;
        }
        users++;
        return true;
    }

    /** Ends a use; the log's own is the first, and ends when the segment is dropped. */
    synchronized void leave() {
        users--;
        if (users == 0) {
            file.close();
        }
    }
}
