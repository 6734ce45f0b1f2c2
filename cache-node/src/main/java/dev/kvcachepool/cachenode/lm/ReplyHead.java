package dev.kvcachepool.cachenode.lm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The head of a reply: code, then length, fmt, dtype and four of shape, then location; int32, little-endian. */
final class ReplyHead {
    /** Bytes of length, fmt, dtype and shape, as they lie in front of a stored value. */
    static final int DESCRIPTION_BYTES = 28;

    private static final int BYTES = 36;
    private static final int SUCCESS = 200;
    private static final int FAIL = 400;
    private static final int KV_2LTD = 1;
    private static final int FP16 = 2;

    private ReplyHead() {}

    static byte[] yes() {
        return withoutValue(SUCCESS);
    }

    static byte[] no() {
        return withoutValue(FAIL);
    }

    /** LMCache's own server names a format and a dtype even where there is no value. */
    private static byte[] withoutValue(int code) {
        return allocate(code).putInt(0).putInt(KV_2LTD).putInt(FP16).array();
    }

    /** The head of a value that follows. */
    static byte[] hit(byte[] description) {
        return allocate(SUCCESS).put(description).array();
    }

    /** The length that a description speaks of. */
    static int length(byte[] description) {
        return ByteBuffer.wrap(description).order(ByteOrder.LITTLE_ENDIAN).getInt(0);
    }

    private static ByteBuffer allocate(int code) {
        return ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(code);
    }
}
