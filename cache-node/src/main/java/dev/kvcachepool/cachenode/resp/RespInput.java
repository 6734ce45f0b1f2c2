package dev.kvcachepool.cachenode.resp;

import dev.kvcachepool.cachenode.net.WireInput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;

/** RESP's smallest pieces, read from a client. Owned by the connection's thread. */
final class RespInput {
    private static final int MAX_DIGITS = 18;

    private final WireInput wire;

    RespInput(WireInput wire) {
        this.wire = wire;
    }

    /** For the bytes of values. */
    WireInput wire() {
        return wire;
    }

    byte peek() throws IOException {
        return wire.peek();
    }

    byte next() throws IOException {
        return wire.next();
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

    /**
     * The rest of the line without its end.
     *
     * @param memory that it is charged to while it grows
     */
    byte[] line(int limit, RequestMemory.Share memory) throws IOException {
        var line = new ByteArrayOutputStream();
        for (byte b = next(); b != '\n'; b = next()) {
            if (line.size() >= limit) {
                throw new ProtocolException("too big inline request");
            }
            if (line.size() % RequestMemory.STEP == 0 && !memory.take(RequestMemory.STEP)) {
                throw new ProtocolException(RequestMemory.FULL);
            }
            line.write(b);
        }
        var bytes = line.toByteArray();
        boolean carriage = bytes.length > 0 && bytes[bytes.length - 1] == '\r';
        return carriage ? Arrays.copyOf(bytes, bytes.length - 1) : bytes;
    }

    byte[] bytes(int count) throws IOException {
        var bytes = new byte[count];
        wire.read(bytes);
        return bytes;
    }

    void crlf() throws IOException {
        if (next() != '\r' || next() != '\n') {
            throw new ProtocolException("expected CRLF after bulk");
        }
    }
}
