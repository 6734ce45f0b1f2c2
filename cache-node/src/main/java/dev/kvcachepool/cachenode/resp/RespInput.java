package dev.kvcachepool.cachenode.resp;

import dev.kvcachepool.cachenode.store.Upload;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Bytes from a client, through a small buffer; the bulk of a value goes past it, from the socket to where the value
 * lies. Owned by the connection's thread.
 *
 * <p>Whatever was answered is sent before a read that might wait.
 */
final class RespInput {
    private static final int MAX_DIGITS = 18;

    private final Wire wire;
    private final RespOutput output;
    private final ByteBuffer buffer;
    private final ByteBuffer[] both = new ByteBuffer[2];

    RespInput(Wire wire, RespOutput output, ByteBuffer buffer) {
        this.wire = wire;
        this.output = output;
        this.buffer = buffer.limit(0);
    }

    /** Waits for the first byte of a request, as long as it takes; false when the client is gone or we drain. */
    boolean await() throws IOException {
        if (buffer.hasRemaining()) {
            return !wire.draining();
        }
        output.flush();
        buffer.clear();
        int read = wire.readIdle(buffer);
        buffer.flip();
        return read > 0;
    }

    /** The next byte, which stays. */
    byte peek() throws IOException {
        require();
        return buffer.get(buffer.position());
    }

    byte next() throws IOException {
        require();
        return buffer.get();
    }

    /** A decimal number, by itself on the rest of the line. */
    long number(String errorIfNone) throws IOException {
        long number = 0;
        int digits = 0;
        boolean negative = peek() == '-';
        if (negative) {
            next();
        }
        for (byte b = next(); b != '\r'; b = next()) {
            if (b < '0' || b > '9' || ++digits > MAX_DIGITS) {
                throw new ProtocolException(errorIfNone);
            }
            number = number * 10 + (b - '0');
        }
        if (digits == 0 || next() != '\n') {
            throw new ProtocolException(errorIfNone);
        }
        return negative ? -number : number;
    }

    /** The rest of the line without its end. */
    byte[] line(int limit) throws IOException {
        var line = new java.io.ByteArrayOutputStream();
        for (byte b = next(); b != '\n'; b = next()) {
            if (line.size() >= limit) {
                throw new ProtocolException("too big inline request");
            }
            line.write(b);
        }
        var bytes = line.toByteArray();
        boolean carriage = bytes.length > 0 && bytes[bytes.length - 1] == '\r';
        return carriage ? java.util.Arrays.copyOf(bytes, bytes.length - 1) : bytes;
    }

    byte[] bytes(int count) throws IOException {
        var bytes = new byte[count];
        for (int at = 0; at < count; ) {
            require();
            int some = Math.min(count - at, buffer.remaining());
            buffer.get(bytes, at, some);
            at += some;
        }
        return bytes;
    }

    void skip(long count) throws IOException {
        for (long left = count; left > 0; ) {
            require();
            int some = (int) Math.min(left, buffer.remaining());
            buffer.position(buffer.position() + some);
            left -= some;
        }
    }

    /** Receives a whole value; where there is no room for it its bytes are skipped. */
    void receive(Upload value) throws IOException {
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
        long read;
        try {
            read = wire.read(both, last ? 2 : 1);
        } finally {
            buffer.flip();
        }
        if (read < 0) {
            throw new EOFException("client gone in the middle of a value");
        }
    }

    void crlf() throws IOException {
        if (next() != '\r' || next() != '\n') {
            throw new ProtocolException("expected CRLF after bulk");
        }
    }

    private void require() throws IOException {
        if (buffer.hasRemaining()) {
            return;
        }
        output.flush();
        buffer.clear();
        both[0] = buffer;
        long read;
        try {
            read = wire.read(both, 1);
        } finally {
            buffer.flip();
        }
        if (read < 0) {
            throw new EOFException("client gone in the middle of a request");
        }
    }
}
