package dev.kvcachepool.cachenode.lm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** The protocol's bytes, written down apart from the code that is tested. */
public final class LmBytes {
    public static final int REQUEST = 186;
    public static final int REPLY = 36;
    public static final int PUT = 1;
    public static final int GET = 2;
    public static final int EXIST = 3;
    public static final int LIST = 4;
    public static final int HEALTH = 5;
    public static final byte[] MISS = integers(400, 0, 1, 2, 0, 0, 0, 0, 0);
    public static final byte[] YES = integers(200, 0, 1, 2, 0, 0, 0, 0, 0);

    private LmBytes() {}

    public static byte[] integers(int... integers) {
        var bytes = ByteBuffer.allocate(4 * integers.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int integer : integers) {
            bytes.putInt(integer);
        }
        return bytes.array();
    }

    public static byte[] request(int command, String key) {
        return request(command, 0, key);
    }

    /** Of a chunk {@code [2, 32, 256, 1024]} in bf16, held in host memory. */
    public static byte[] request(int command, int length, String key) {
        return ByteBuffer.allocate(REQUEST)
                .put(integers(command, length, 1, 3, 1, 2, 32, 256, 1024))
                .put((key + " ".repeat(150 - key.length())).getBytes(StandardCharsets.US_ASCII))
                .array();
    }

    public static byte[] put(String key, byte[] payload) {
        return join(request(PUT, payload.length, key), payload);
    }

    /** What a hit of {@link #put} starts with. */
    public static byte[] hit(int length) {
        return integers(200, length, 1, 3, 2, 32, 256, 1024, 0);
    }

    public static byte[] join(byte[]... pieces) {
        int length = 0;
        for (var piece : pieces) {
            length += piece.length;
        }
        var all = ByteBuffer.allocate(length);
        for (var piece : pieces) {
            all.put(piece);
        }
        return all.array();
    }

    public static byte[] payload(int length, long seed) {
        var bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
