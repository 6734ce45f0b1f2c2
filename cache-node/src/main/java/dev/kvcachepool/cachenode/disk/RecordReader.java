package dev.kvcachepool.cachenode.disk;

import dev.kvcachepool.cachenode.disk.RecordCodec.Fault;
import dev.kvcachepool.cachenode.disk.RecordCodec.Head;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads records and believes nothing that their heads and checksums don't confirm. Thread-safe: readers don't wait for one
 * another, but for the device.
 *
 * <p>Head and value are one system call; a large value is several, side by side, each compared while the next are under
 * way.
 */
final class RecordReader {
    private final Segments segments;
    private final LogCounters counters;
    private final Helpers helpers;
    private final Heads heads = new Heads();
    private final Blocks pieces;

    RecordReader(Segments segments, LogCounters counters, Helpers helpers, Blocks pieces) {
        this.segments = segments;
        this.counters = counters;
        this.helpers = helpers;
        this.pieces = pieces;
    }

    boolean read(Place place, byte[] key, ByteBuffer[] into) {
        return with(place, key, (segment, block) -> {
            var all = Piece.split(block, into, place.offset());
            return all.size() == 1
                    ? readAtOnce(segment, place, key, block, all.getFirst())
                    : readBeside(segment, place, key, block, all);
        });
    }

    private boolean readAtOnce(Segment segment, Place place, byte[] key, ByteBuffer block, Piece piece)
            throws IOException {
        if (!piece.read(segment.file)) {
            counters.torn.increment();
            return false;
        }
        var head = headIn(block, place, key);
        var crc = new CRC32C();
        return head != null && piece.sum(crc, place.size()) == 0 && matches(head, crc);
    }

    private boolean readBeside(Segment segment, Place place, byte[] key, ByteBuffer block, List<Piece> all)
            throws IOException {
        var reading = all.stream()
                .map(piece -> helpers.begin(() -> piece.read(segment.file)))
                .toList();
        var crc = new CRC32C();
        long left = place.size();
        boolean whole = true;
        Head head = null;
        IOException refused = null;
        for (int i = 0; i < all.size(); i++) {
            try {
                whole &= Helpers.end(reading.get(i));
            } catch (IOException e) {
                refused = e;
            }
            if (whole && refused == null) {
                head = i == 0 ? headIn(block, place, key) : head;
                left = all.get(i).sum(crc, left);
            }
        }
        if (refused != null) {
            throw refused;
        }
        if (!whole) {
            counters.torn.increment();
        }
        return whole && head != null && left == 0 && matches(head, crc);
    }

    boolean verify(Place place, byte[] key) {
        return with(place, key, (segment, block) -> {
            if (!segment.file.read(place.offset(), block)) {
                counters.torn.increment();
                return false;
            }
            var head = headIn(block, place, key);
            return head != null && verify(segment, place.offset() + block.limit(), head);
        });
    }

    private boolean verify(Segment segment, long from, Head head) throws IOException {
        long size = head.place().size();
        var piece = pieces.take();
        try {
            var crc = new CRC32C();
            for (long done = 0; done < size; done += piece.capacity()) {
                long left = size - done;
                piece.clear().limit((int) Math.min(piece.capacity(), Place.padded(left)));
                if (!segment.file.read(from + done, piece)) {
                    counters.torn.increment();
                    return false;
                }
                crc.update(piece.flip().limit((int) Math.min(left, piece.limit())));
            }
            return matches(head, crc);
        } finally {
            pieces.giveBack(piece);
        }
    }

    private boolean matches(Head head, CRC32C crc) {
        boolean same = head.valueCrc() == (int) crc.getValue();
        if (!same) {
            counters.corrupt.increment();
        }
        return same;
    }

    /** What is done with a segment in use, and a buffer for a record's head. */
    private interface Use {
        boolean of(Segment segment, ByteBuffer block) throws IOException;
    }

    private boolean with(Place place, byte[] key, Use use) {
        var segment = segments.enter(place.segment());
        if (segment == null) {
            return false;
        }
        var block = heads.take(key.length);
        try {
            boolean right = use.of(segment, block);
            if (right) {
                counters.readRecords.increment();
                counters.readBytes.add(place.recordBytes());
            }
            return right;
        } catch (IOException e) {
            counters.readErrors.increment();
            return false;
        } finally {
            heads.giveBack(block);
            segment.leave();
        }
    }

    /** The head that was read into {@code block}, if it is the key's and of that place. */
    private @Nullable Head headIn(ByteBuffer block, Place place, byte[] key) {
        var parsed = RecordCodec.decode(block.flip(), place.segment(), place.offset());
        var head = parsed.head();
        if (head == null) {
            (parsed.fault() == Fault.FOREIGN ? counters.foreign : counters.torn).increment();
            return null;
        }
        boolean mine = !head.erased()
                && head.place().equals(place)
                && Arrays.equals(head.record().key(), key);
        if (!mine && !head.erased()) {
            counters.foreign.increment();
        }
        return mine ? head : null;
    }
}
