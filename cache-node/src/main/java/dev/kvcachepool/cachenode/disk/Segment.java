package dev.kvcachepool.cachenode.disk;

import dev.kvcachepool.cachenode.disk.LogFiles.LogFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * One file of the log, with a count of those who use it: a dropped segment's file is closed when the last of them is done.
 * Records are written to it side by side, each to room of its own. Thread-safe.
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
    private long position;

    private int users = 1;
    private int writing;
    private boolean sealed;

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

    /** Room for a record of {@code bytes}, which the caller says to be {@link #written} later; −1 when there is none. */
    synchronized long begin(long bytes) {
        if (sealed || position + bytes > limit) {
            return -1;
        }
        writing++;
        users++;
        position += bytes;
        return position - bytes;
    }

    /** Says that a record is written, or never will be. */
    void written() {
        boolean last;
        synchronized (this) {
            writing--;
            last = sealed && writing == 0;
        }
        if (last) {
            trim();
        }
        leave();
    }

    /** Ends writing, but for the records that are begun: what it takes on disk is what was written. False when it was ended. */
    boolean seal() {
        boolean last;
        synchronized (this) {
            if (sealed) {
                return false;
            }
            sealed = true;
            last = writing == 0;
        }
        if (last) {
            trim();
        }
        return true;
    }

    private void trim() {
        try {
            file.truncate(position());
        } catch (IOException e) {
            // It takes more room than it needs, until it goes.
        }
    }

    private synchronized long position() {
        return position;
    }

    /** Bytes that are spoken for. */
    synchronized long reserved() {
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
