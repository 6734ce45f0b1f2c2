package dev.kvcachepool.cachenode.disk;

import dev.kvcachepool.cachenode.disk.LogFiles.LogFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** A run of a record that is read by one call. Its buffers are the reader's; used by one thread at a time. */
final class Piece {
    /** A piece ends with the buffer that reaches this. */
    private static final long BYTES = 4 << 20;

    private final long offset;
    private final ByteBuffer[] buffers;
    /** Index of the first buffer that is the value's: 1 where the record's head comes before it. */
    private final int content;

    private Piece(long offset, ByteBuffer[] buffers, int content) {
        this.offset = offset;
        this.buffers = buffers;
        this.content = content;
    }

    /** The pieces of a record: one for all of it, unless it is much longer than a piece is. */
    static List<Piece> split(ByteBuffer head, ByteBuffer[] value, long offset) {
        var pieces = new ArrayList<Piece>();
        List<ByteBuffer> some = new ArrayList<>(List.of(head));
        long at = offset;
        long bytes = head.remaining();
        for (var buffer : value) {
            if (bytes >= BYTES) {
                pieces.add(of(at, some, pieces.isEmpty()));
                at += bytes;
                bytes = 0;
                some = new ArrayList<>();
            }
            some.add(buffer);
            bytes += buffer.remaining();
        }
        pieces.add(of(at, some, pieces.isEmpty()));
        return pieces;
    }

    private static Piece of(long offset, List<ByteBuffer> buffers, boolean withHead) {
        return new Piece(offset, buffers.toArray(ByteBuffer[]::new), withHead ? 1 : 0);
    }

    /** False when the file ends before. */
    boolean read(LogFile file) throws IOException {
        return file.read(offset, buffers);
    }

    /** Takes what was read into a checksum, of a value of which {@code left} bytes are left; what is left after it. */
    long sum(CRC32C crc, long left) {
        long rest = left;
        for (int i = content; i < buffers.length; i++) {
            int some = (int) Math.min(rest, buffers[i].position());
            crc.update(buffers[i].duplicate().flip().limit(some));
            rest -= some;
        }
        return rest;
    }
}
