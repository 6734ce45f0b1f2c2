package dev.kvcachepool.cachenode.lm;

import dev.kvcachepool.cachenode.key.KeyParser;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The head of a request: command, length, fmt, dtype, location and four of shape as int32, little-endian, then the key,
 * padded with spaces. Owned by the connection's thread, filled anew for each request.
 */
final class RequestHead {
    private static final int LENGTH_AT = 4;
    private static final int LOCATION_AT = 16;
    private static final int SHAPE_AT = 20;
    private static final int KEY_AT = 36;
    private static final int BYTES = 186;
    private static final byte[] SUFFIX = KeyParser.LM_BYTES.getBytes(StandardCharsets.US_ASCII);

    /** To be filled. */
    final byte[] bytes = new byte[BYTES];

    private final ByteBuffer integers = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);

    int command() {
        return integers.getInt(0);
    }

    /** Bytes of payload, as far as the client can be believed. */
    int length() {
        return integers.getInt(LENGTH_AT);
    }

    /**
     * Whether all of the key is there. One that fills its field may have been cut off by the client, and then stands for
     * others too: it must never name a value.
     */
    boolean isKeyClear() {
        return bytes[BYTES - 1] == ' ';
    }

    /** The key under which the value is stored: a name that no RESP client gives to a value of its own. */
    byte[] key() {
        int end = BYTES;
        while (end > KEY_AT && bytes[end - 1] == ' ') {
            end--;
        }
        var key = Arrays.copyOfRange(bytes, KEY_AT, end + SUFFIX.length);
        System.arraycopy(SUFFIX, 0, key, end - KEY_AT, SUFFIX.length);
        return key;
    }

    /** What a hit repeats of a PUT: length, fmt, dtype, shape. */
    void describe(byte[] description) {
        System.arraycopy(bytes, LENGTH_AT, description, 0, LOCATION_AT - LENGTH_AT);
        System.arraycopy(bytes, SHAPE_AT, description, LOCATION_AT - LENGTH_AT, KEY_AT - SHAPE_AT);
    }
}
