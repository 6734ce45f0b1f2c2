package dev.kvcachepool.cachenode.disk;

import dev.kvcachepool.cachenode.disk.LogFiles.LogFile;
import dev.kvcachepool.cachenode.memory.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Writes records to places that are theirs alone, straight from where values lie in memory. Thread-safe: writers don't
 * wait for one another.
 *
 * <p>Head and value are one system call. A large value goes first, so that its checksum is made while the device works, and
 * its head when all of it is there.
 */
final class RecordWriter {
    /** From here on making a checksum takes long enough to be worth a second call. */
    private static final long LARGE_BYTES = 4 << 20;

    private final Helpers helpers;
    private final Heads heads = new Heads();
    private final Blocks tails = new Blocks(Place.BLOCK_BYTES);

    RecordWriter(Helpers helpers) {
        this.helpers = helpers;
    }

    /** Writes a record; whatever fails, nothing of the value is read any more once this has returned. */
    void write(LogFile file, RecordHead record, Place place, Value value) throws IOException {
        var head = heads.take(record.key().length);
        var tail = tails.take();
        try {
            if (value.size() < LARGE_BYTES) {
                RecordCodec.encode(head, record, place, crc(value));
                file.write(place.offset(), parts(head, value, tail));
            } else {
                long from = place.offset() + RecordCodec.headBytes(record.key().length);
                int crc = writeAndSum(file, from, value, tail);
                RecordCodec.encode(head, record, place, crc);
                file.write(place.offset(), head);
            }
        } finally {
            heads.giveBack(head);
            tails.giveBack(tail);
        }
    }

    private int writeAndSum(LogFile file, long from, Value value, ByteBuffer tail) throws IOException {
        var content = parts(null, value, tail);
        var writing = helpers.begin(() -> {
            file.write(from, content);
            return true;
        });
        try {
            return crc(value);
        } finally {
            boolean ignored = Helpers.end(writing);
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
    private static ByteBuffer[] parts(@Nullable ByteBuffer head, Value value, ByteBuffer tail) {
        List<ByteBuffer> parts = new ArrayList<>(value.parts() + 2);
        if (head != null) {
            parts.add(head);
        }
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
}
