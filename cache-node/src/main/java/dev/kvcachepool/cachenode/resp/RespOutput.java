package dev.kvcachepool.cachenode.resp;

import dev.kvcachepool.cachenode.memory.Content;
import dev.kvcachepool.cachenode.memory.StreamedContent;
import dev.kvcachepool.cachenode.memory.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Replies to a client, gathered in a small buffer until {@link #flush}; values go out from where they lie. Speaks RESP2
 * until told to speak RESP3. Owned by the connection's thread.
 */
final class RespOutput {
    private static final ByteBuffer CRLF = ByteBuffer.allocateDirect(2)
            .put((byte) '\r')
            .put((byte) '\n')
            .flip()
            .asReadOnlyBuffer();
    /** Parts of a value written by one call: enough to keep the socket busy, little enough to see a client stall. */
    private static final int MAX_PARTS = 64;

    private static final long MAX_WRITE_BYTES = 4 << 20;
    private static final int MAX_ERROR = 256;

    private final Wire wire;
    private final ByteBuffer buffer;
    private final ByteBuffer[] gathered = new ByteBuffer[MAX_PARTS + 2];
    private int version = 2;

    RespOutput(Wire wire, ByteBuffer buffer) {
        this.wire = wire;
        this.buffer = buffer;
    }

    int version() {
        return version;
    }

    void speak(int newVersion) {
        this.version = newVersion;
    }

    private boolean three() {
        return version == 3;
    }

    void ok() throws IOException {
        simple("OK");
    }

    void simple(String text) throws IOException {
        put("+" + text + "\r\n");
    }

    /** An error line: what would break it is replaced, what is too long is cut. */
    void error(String text) throws IOException {
        put("-" + printable(text, MAX_ERROR) + "\r\n");
    }

    void integer(long number) throws IOException {
        put(":" + number + "\r\n");
    }

    void bool(boolean truth) throws IOException {
        integer(truth ? 1 : 0);
    }

    void nothing() throws IOException {
        put(three() ? "_\r\n" : "$-1\r\n");
    }

    void array(int size) throws IOException {
        put("*" + size + "\r\n");
    }

    /** The head of a map; in RESP2 an array of twice as many. */
    void map(int size) throws IOException {
        put(three() ? "%" + size + "\r\n" : "*" + 2 * size + "\r\n");
    }

    void bulk(String text) throws IOException {
        bulk(text.getBytes(StandardCharsets.UTF_8));
    }

    void bulk(byte[] bytes) throws IOException {
        put("$" + bytes.length + "\r\n");
        put(bytes);
        put("\r\n");
    }

    /** Text for humans: RESP3 says so. */
    void verbatim(String text) throws IOException {
        if (!three()) {
            bulk(text);
            return;
        }
        var bytes = ("txt:" + text).getBytes(StandardCharsets.UTF_8);
        put("=" + bytes.length + "\r\n");
        put(bytes);
        put("\r\n");
    }

    /** A value, which the caller holds until this returns. */
    void value(Content value) throws IOException {
        switch (value) {
            case Value held -> held(held);
            case StreamedContent streamed -> streamed(streamed);
            default -> throw new IllegalArgumentException("a value is held or streamed");
        }
    }

    /** What has been sent of a value can't be taken back: where the rest does not come the connection ends. */
    private void streamed(StreamedContent value) throws IOException {
        put("$" + value.size() + "\r\n");
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
        put("\r\n");
    }

    private void held(Value value) throws IOException {
        put("$" + value.size() + "\r\n");
        if (value.size() + 2 <= buffer.remaining()) {
            for (int part = 0; part < value.parts(); part++) {
                buffer.put(value.view(part));
            }
            put("\r\n");
            return;
        }
        buffer.flip();
        gathered[0] = buffer;
        int count = 1;
        long bytes = 0;
        for (int part = 0; part < value.parts(); part++) {
            if (bytes >= MAX_WRITE_BYTES || count > MAX_PARTS) {
                wire.write(gathered, count);
                count = 0;
                bytes = 0;
            }
            gathered[count] = value.view(part);
            bytes += gathered[count++].remaining();
        }
        gathered[count++] = CRLF.duplicate();
        wire.write(gathered, count);
        buffer.clear();
    }

    void flush() throws IOException {
        if (buffer.position() > 0) {
            buffer.flip();
            gathered[0] = buffer;
            wire.write(gathered, 1);
            buffer.clear();
        }
    }

    private void put(String text) throws IOException {
        put(text.getBytes(StandardCharsets.UTF_8));
    }

    private void put(byte[] bytes) throws IOException {
        for (int at = 0; at < bytes.length; ) {
            if (!buffer.hasRemaining()) {
                flush();
            }
            int some = Math.min(bytes.length - at, buffer.remaining());
            buffer.put(bytes, at, some);
            at += some;
        }
    }

    /** At most {@code limit} characters of what a client sent, fit for one line. */
    static String printable(String text, int limit) {
        var cut = text.length() > limit ? text.substring(0, limit) : text;
        return cut.replaceAll("[^\\x20-\\x7e]", ".");
    }

    static String lower(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    }
}
