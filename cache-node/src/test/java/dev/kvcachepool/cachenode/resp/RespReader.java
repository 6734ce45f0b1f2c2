package dev.kvcachepool.cachenode.resp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads replies, strictly: for tests of what the server sends. */
final class RespReader {
    private static final int MAX_DEPTH = 8;

    private final ByteBuffer bytes;

    RespReader(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes);
    }

    boolean hasMore() {
        return bytes.hasRemaining();
    }

    /** Passes over one reply; false where the bytes end within it. Anything that is no RESP is an {@link AssertionError}. */
    boolean skip() {
        int start = bytes.position();
        if (!skip(0)) {
            bytes.position(start);
            return false;
        }
        return true;
    }

    private boolean skip(int depth) {
        if (depth > MAX_DEPTH) {
            throw new AssertionError("replies nested too deep");
        }
        var line = line();
        if (line == null) {
            return false;
        }
        if (line.isEmpty()) {
            throw new AssertionError("an empty line where a reply starts");
        }
        var rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+', '-' -> true;
            case ':' -> {
                number(rest);
                yield true;
            }
            case '_' -> rest.isEmpty();
            case '$', '=' -> bulk(number(rest));
            case '*' -> all(number(rest), depth);
            case '%' -> all(2 * number(rest), depth);
            default -> throw new AssertionError("no reply starts with '" + line + "'");
        };
    }

    private boolean bulk(long length) {
        if (length == -1) {
            return true;
        }
        if (bytes.remaining() < length + 2) {
            return false;
        }
        bytes.position(bytes.position() + (int) length);
        if (bytes.get() != '\r' || bytes.get() != '\n') {
            throw new AssertionError("a bulk of " + length + " bytes does not end where it should");
        }
        return true;
    }

    private boolean all(long count, int depth) {
        for (long i = 0; i < count; i++) {
            if (!skip(depth + 1)) {
                return false;
            }
        }
        return true;
    }

    private static long number(String text) {
        return Long.parseLong(text);
    }

    private String line() {
        int start = bytes.position();
        for (int at = start; at + 1 < bytes.limit(); at++) {
            byte b = bytes.get(at);
            if (b == '\n') {
                throw new AssertionError("a line feed within a line");
            }
            if (b == '\r') {
                if (bytes.get(at + 1) != '\n') {
                    throw new AssertionError("a carriage return within a line");
                }
                bytes.position(at + 2);
                return new String(bytes.array(), start, at - start, StandardCharsets.ISO_8859_1);
            }
        }
        return null;
    }
}
