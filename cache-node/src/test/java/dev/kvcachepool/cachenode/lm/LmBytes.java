package dev.kvcachepool.cachenode.lm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** The protocol's bytes, written down apart from the code that is tested. */
final class LmBytes {
    static final int REQUEST = 186;
    static final int REPLY = 36;
    static final int PUT = 1;
    static final int GET = 2;
    static final int EXIST = 3;
    static final int LIST = 4;
    static final int HEALTH = 5;
    static final byte[] MISS = integers(400, 0, 1, 2, 0, 0, 0, 0, 0);
    static final byte[] YES = integers(200, 0, 1, 2, 0, 0, 0, 0, 0);

    private LmBytes() {}

    static byte[] integers(int... integers) {
        var bytes = ByteBuffer.allocate(4 * integers.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int integer : integers) {
            bytes.putInt(integer);
        }
        return bytes.array();
    }

    static byte[] request(int command, String key) {
        return request(command, 0, key);
    }

    /** Of a chunk {@code [2, 32, 256, 1024]} in bf16, held in host memory. */
    static byte[] request(int command, int length, String key) {
        return ByteBuffer.allocate(REQUEST)
                .put(integers(command, length, 1, 3, 1, 2, 32, 256, 1024))
                .put((key + " ".repeat(150 - key.length())).getBytes(StandardCharsets.US_ASCII))
                .array();
    }

    static byte[] put(String key, byte[] payload) {
        return join(request(PUT, payload.length, key), payload);
    }

    /** What a hit of {@link #put} starts with. */
    static byte[] hit(int length) {
        return integers(200, length, 1, 3, 2, 32, 256, 1024, 0);
    }

    static byte[] join(byte[]... pieces) {
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

    static byte[] payload(int length, long seed) {
        var bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
