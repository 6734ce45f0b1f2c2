package dev.kvcachepool.prefixadvert.hash;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.apache.commons.codec.digest.Blake3;

/**
 * LMCache multiprocess: {@code h = blake3(parent ‖ tokens as big-endian uint32)}. Before the first chunk stands {@code
 * blake3(int64 0 ‖ uint32 0)}, the hash of one token 0 after a parent 0.
 */
final class Blake3Step implements ChainStep {
    private static final int HASH_BYTES = 32;
    private static final VarHandle UINT32 = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private final Blake3 digest = Blake3.initHash();
    private final byte[] input;

    Blake3Step(int blockTokens) {
        this.input = new byte[blockTokens * Integer.BYTES];
    }

    static byte[] root() {
        return Blake3.hash(new byte[Long.BYTES + Integer.BYTES]);
    }

    @Override
    public byte[] next(byte[] parent, int[] tokens, int offset) {
        for (int at = 0; at < input.length; at += Integer.BYTES) {
            UINT32.set(input, at, tokens[offset++]);
        }
        return digest.reset().update(parent).update(input).doFinalize(HASH_BYTES);
    }
}
