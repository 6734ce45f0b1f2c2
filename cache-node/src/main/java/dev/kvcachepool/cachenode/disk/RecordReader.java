package dev.kvcachepool.cachenode.disk;

import dev.kvcachepool.cachenode.disk.RecordCodec.Fault;
import dev.kvcachepool.cachenode.disk.RecordCodec.Head;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Reads records and believes nothing that their heads and checksums don't confirm. Thread-safe. */
final class RecordReader {
    private final Segments segments;
    private final LogCounters counters;
    /** Of usual keys; as many as there are readers at a time, so a longer key has one of its own. */
    private final Blocks heads = new Blocks(2 * Place.BLOCK_BYTES);

    private final Blocks pieces;

    RecordReader(Segments segments, LogCounters counters, Blocks pieces) {
        this.segments = segments;
        this.counters = counters;
        this.pieces = pieces;
    }

    boolean read(Place place, byte[] key, ByteBuffer[] into) {
        return with(place, key, (segment, head) -> {
            long from = place.offset() + RecordCodec.headBytes(key.length);
            if (!segment.file.read(from, into)) {
                counters.torn.increment();
                return false;
            }
            var crc = new CRC32C();
            long left = place.size();
            for (var buffer : into) {
                int some = (int) Math.min(left, buffer.position());
                crc.update(buffer.duplicate().flip().limit(some));
                left -= some;
            }
            return left == 0 && matches(head, crc);
        });
    }

    boolean verify(Place place, byte[] key) {
        return with(place, key, (segment, head) -> {
            var piece = pieces.take();
            try {
                var crc = new CRC32C();
                long from = place.offset() + RecordCodec.headBytes(key.length);
                for (long done = 0; done < place.size(); done += piece.capacity()) {
                    long left = place.size() - done;
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
        });
    }

    private boolean matches(Head head, CRC32C crc) {
        boolean same = head.valueCrc() == (int) crc.getValue();
        if (!same) {
            counters.corrupt.increment();
        }
        return same;
    }

    /** What is done with a record whose head is right. */
    private interface Use {
        boolean of(Segment segment, Head head) throws IOException;
    }

    private boolean with(Place place, byte[] key, Use use) {
        var segment = segments.enter(place.segment());
        if (segment == null) {
            return false;
        }
        try {
            var head = head(segment, place, key);
            boolean right = head != null && use.of(segment, head);
            if (right) {
                counters.readRecords.increment();
                counters.readBytes.add(place.recordBytes());
            }
            return right;
        } catch (IOException e) {
            counters.readErrors.increment();
            return false;
        } finally {
            segment.leave();
        }
    }

    private @Nullable Head head(Segment segment, Place place, byte[] key) throws IOException {
        int bytes = RecordCodec.headBytes(key.length);
        boolean usual = bytes <= heads.bytes();
        var block = usual ? heads.take() : Blocks.aligned(bytes);
        try {
            if (!segment.file.read(place.offset(), block.limit(bytes))) {
                counters.torn.increment();
                return null;
            }
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
        } finally {
            if (usual) {
                heads.giveBack(block);
            }
        }
    }
}
