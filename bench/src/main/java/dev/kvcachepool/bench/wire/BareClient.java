package dev.kvcachepool.bench.wire;

import dev.kvcachepool.bench.bare.BareValues;
import dev.kvcachepool.bench.load.Content;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Speaks to the bare sender and sink: a connection begins with its value size and the number of its first value, 8 bytes each;
 * then a request is one byte. A GET sends the connection's next value, whatever its key; a PUT is counted and dropped.
 */
public final class BareClient implements StoreClient {
    private static final int HELLO_BYTES = 16;
    private final Wire wire;
    private final BareValues values;
    /** By where they lie in the pattern: the sender has no other ones. */
    private final Map<Long, Expected> expected = new HashMap<>();

    private final ByteBuffer request = ByteBuffer.allocateDirect(1);
    private long next;

    /** {@code size} and {@code total} in bytes: of a value, and of all that the sender holds. */
    public BareClient(Wire wire, Content content, long size, long total, long first) throws IOException {
        this.wire = wire;
        this.values = new BareValues(total, size);
        this.next = first;
        for (long at = 0; at + size <= Content.PATTERN_BYTES; at += size) {
            expected.put(at, Expected.sum(content.at(at, size)));
        }
        wire.send(ByteBuffer.allocateDirect(HELLO_BYTES)
                .putLong(size)
                .putLong(first)
                .flip());
    }

    @Override
    public boolean put(long key, MemorySegment value) throws IOException {
        wire.send(request((byte) 'S'), value.asByteBuffer());
        if (wire.octet() != '+') {
            throw new ProtocolException("the sink lost count");
        }
        return true;
    }

    @Override
    public Got get(long key, Expected ignored) throws IOException {
        wire.send(request((byte) 'G'));
        var value = Objects.requireNonNull(expected.get(values.patternOffset(next++)));
        return wire.value(value.size(), value);
    }

    @Override
    public void delete(long key) {}

    private ByteBuffer request(byte code) {
        return request.clear().put(code).flip();
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}
