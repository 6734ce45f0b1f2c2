package dev.kvcachepool.e2e.engine;

import dev.kvcachepool.e2e.trace.Prompts;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The bytes that stand for a block's keys and values: made from (block hash, offset), so that any fetch can be checked. */
public final class BlockBytes {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private BlockBytes() {}

    /** A fresh array of {@code length} bytes, a multiple of 8. */
    public static byte[] make(byte[] hash, int length) {
        var seed = ByteBuffer.wrap(hash).getLong();
        var bytes = new byte[length];
        for (int at = 0; at < length; at += Long.BYTES) {
            LONG.set(bytes, at, Prompts.mix(seed + at * GOLDEN));
        }
        return bytes;
    }

    /** How many bytes of {@code fetched} are not what was stored; a missing or surplus byte counts as one. */
    public static long wrong(byte[] hash, byte[] fetched, int length) {
        var expected = make(hash, length);
        if (Arrays.equals(expected, fetched)) {
            return 0;
        }
        long wrong = Math.abs(fetched.length - length);
        for (int at = 0; at < Math.min(fetched.length, length); at++) {
            wrong += expected[at] == fetched[at] ? 0 : 1;
        }
        return wrong;
    }
}
