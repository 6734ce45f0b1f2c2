package dev.kvcachepool.cachenode.resp;

import dev.kvcachepool.cachenode.memory.Content;
import dev.kvcachepool.cachenode.net.ContentParts;
import dev.kvcachepool.cachenode.net.WireOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Replies to a client. Speaks RESP2 until told to speak RESP3. Owned by the connection's thread. */
final class RespOutput {
    private static final ByteBuffer CRLF = ByteBuffer.allocateDirect(2)
            .put((byte) '\r')
            .put((byte) '\n')
            .flip()
            .asReadOnlyBuffer();
    private static final int MAX_ERROR = 256;

    private final WireOutput wire;
    private int version = 2;

    RespOutput(WireOutput wire) {
        this.wire = wire;
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

    /** No array where there could be one, in RESP2. */
    void noArray() throws IOException {
        put("*-1\r\n");
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
        put("$" + value.size() + "\r\n");
        wire.send(new ContentParts(value), CRLF.duplicate());
    }

    void flush() throws IOException {
        wire.flush();
    }

    private void put(String text) throws IOException {
        wire.put(text.getBytes(StandardCharsets.UTF_8));
    }

    private void put(byte[] bytes) throws IOException {
        wire.put(bytes);
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
