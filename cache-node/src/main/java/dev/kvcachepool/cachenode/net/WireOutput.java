package dev.kvcachepool.cachenode.net;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Replies to a client, gathered in a small buffer until {@link #flush}; values go out from where they lie, in one write
 * with what was put before them. Owned by the connection's thread.
 */
public final class WireOutput {
    /** Parts of a value written by one call. */
    private static final int MAX_PARTS = 64;

    private final Wire wire;
    private final ByteBuffer buffer;
    private final ByteBuffer[] gathered = new ByteBuffer[MAX_PARTS + 2];

    /**
     * Over a wire.
     *
     * @param buffer outside the heap, for this output's use only
     */
    public WireOutput(Wire wire, ByteBuffer buffer) {
        this.wire = wire;
        this.buffer = buffer;
    }

    public void put(byte[] bytes) throws IOException {
        for (int at = 0; at < bytes.length; ) {
            if (!buffer.hasRemaining()) {
                flush();
            }
            int some = Math.min(bytes.length - at, buffer.remaining());
            buffer.put(bytes, at, some);
            at += some;
        }
    }

    /**
     * Sends what is left of a value, whose holder keeps it until this returns, and then {@code tail}.
     *
     * @throws IOException also where a value that comes from elsewhere ends too early: what was sent of it can't be taken
     *     back, so that the connection is to end
     */
    public void send(ContentParts value, ByteBuffer tail) throws IOException {
        if (value.left() + tail.remaining() <= buffer.remaining()) {
            for (var part = value.next(); part != null; part = value.next()) {
                buffer.put(part);
            }
            buffer.put(tail);
        } else if (value.stays()) {
            gather(value, tail);
        } else {
            stream(value, tail);
        }
    }

    private void gather(ContentParts value, ByteBuffer tail) throws IOException {
        buffer.flip();
        gathered[0] = buffer;
        int count = 1;
        for (var part = value.next(); part != null; part = value.next()) {
            gathered[count++] = part;
            if (count > MAX_PARTS) {
                wire.write(gathered, count);
                count = 0;
            }
        }
        gathered[count++] = tail;
        wire.write(gathered, count);
        buffer.clear();
    }

    private void stream(ContentParts value, ByteBuffer tail) throws IOException {
        for (var part = value.next(); part != null; part = value.next()) {
            if (part.remaining() <= buffer.remaining()) {
                buffer.put(part);
                continue;
            }
            buffer.flip();
            gathered[0] = buffer;
            gathered[1] = part;
            wire.write(gathered, 2);
            buffer.clear();
        }
        if (tail.remaining() > buffer.remaining()) {
            flush();
        }
        buffer.put(tail);
    }

    /** Sends what was put. */
    public void flush() throws IOException {
        if (buffer.position() > 0) {
            buffer.flip();
            gathered[0] = buffer;
            wire.write(gathered, 1);
            buffer.clear();
        }
    }
}
