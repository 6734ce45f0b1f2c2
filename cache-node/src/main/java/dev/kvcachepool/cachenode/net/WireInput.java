package dev.kvcachepool.cachenode.net;

import dev.kvcachepool.cachenode.store.Upload;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Bytes from a client, through a small buffer; the bulk of a value goes past it, from the socket to where the value
 * lies. Owned by the connection's thread.
 *
 * <p>Whatever was answered is sent before a read that might wait. Where the client ends the connection before all that
 * was asked for has come, an {@link EOFException} says so.
 */
public final class WireInput {
    private final Wire wire;
    private final WireOutput output;
    private final ByteBuffer buffer;
    private final ByteBuffer[] both = new ByteBuffer[2];

    /**
     * Over a wire.
     *
     * @param output of the same wire
     * @param buffer outside the heap, for this input's use only
     */
    public WireInput(Wire wire, WireOutput output, ByteBuffer buffer) {
        this.wire = wire;
        this.output = output;
        this.buffer = buffer.limit(0);
    }

    /** Waits for the first byte of a request, as long as it takes; false when the client is gone or we drain. */
    public boolean await() throws IOException {
        if (buffer.hasRemaining()) {
            wire.begin();
            return !wire.draining();
        }
        output.flush();
        buffer.clear();
        int read = wire.readIdle(buffer);
        buffer.flip();
        wire.begin();
        return read > 0;
    }

    /**
     * Whether the client has ended the connection, as far as that can be seen without waiting: what has come of its next
     * requests is read as far as there is room for it.
     */
    public boolean isGone() {
        buffer.compact();
        try {
            return buffer.hasRemaining() && wire.readNow(buffer) < 0;
        } finally {
            buffer.flip();
        }
    }

    /** The next byte, which stays. */
    public byte peek() throws IOException {
        require();
        return buffer.get(buffer.position());
    }

    /** The next byte. */
    public byte next() throws IOException {
        require();
        return buffer.get();
    }

    /** The next bytes, as many as {@code into} holds. */
    public void read(byte[] into) throws IOException {
        for (int at = 0; at < into.length; ) {
            require();
            int some = Math.min(into.length - at, buffer.remaining());
            buffer.get(into, at, some);
            at += some;
        }
    }

    /** Passes over the next bytes. */
    public void skip(long count) throws IOException {
        for (long left = count; left > 0; ) {
            require();
            int some = (int) Math.min(left, buffer.remaining());
            buffer.position(buffer.position() + some);
            left -= some;
        }
    }

    /** Receives what is missing of a value, as long as there is room for it: what is missing then is to be skipped. */
    public void receive(Upload value) throws IOException {
        for (var space = value.space(); space != null; space = value.space()) {
            if (buffer.hasRemaining()) {
                drainInto(space);
            } else {
                readInto(space, space.remaining() == value.missing());
            }
        }
    }

    private void drainInto(ByteBuffer space) {
        int some = Math.min(space.remaining(), buffer.remaining());
        space.put(buffer.slice(buffer.position(), some));
        buffer.position(buffer.position() + some);
    }

    /** The last part of a value is read together with what follows it. */
    private void readInto(ByteBuffer space, boolean last) throws IOException {
        output.flush();
        buffer.clear();
        both[0] = space;
        both[1] = buffer;
        fill(last ? 2 : 1);
    }

    private void require() throws IOException {
        if (buffer.hasRemaining()) {
            return;
        }
        output.flush();
        buffer.clear();
        both[0] = buffer;
        fill(1);
    }

    private void fill(int count) throws IOException {
        long read;
        try {
            read = wire.read(both, count);
        } finally {
            buffer.flip();
        }
        if (read < 0) {
            throw new EOFException("client gone in the middle of a request");
        }
    }
}
