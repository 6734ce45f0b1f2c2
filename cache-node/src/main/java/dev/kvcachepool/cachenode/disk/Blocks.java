package dev.kvcachepool.cachenode.disk;

import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Block-aligned buffers outside the heap, lent and given back. Thread-safe. */
final class Blocks {
    private final Queue<ByteBuffer> free = new ConcurrentLinkedQueue<>();
    private final int bytes;

    /** Buffers of {@code bytes} each, whole blocks. */
    Blocks(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of each. */
    int bytes() {
        return bytes;
    }

    /** A buffer from its start to its end; zeros are not promised. */
    ByteBuffer take() {
        var buffer = free.poll();
        return buffer == null ? aligned(bytes) : buffer.clear();
    }

    void giveBack(ByteBuffer buffer) {
        free.add(buffer);
    }

    /** Fills what is left of a buffer with zeros: what lay in memory before goes to no disk. */
    static void zeroRest(ByteBuffer buffer) {
        while (buffer.hasRemaining()) {
            buffer.put((byte) 0);
        }
    }

    static ByteBuffer aligned(int bytes) {
        return ByteBuffer.allocateDirect(bytes + Place.BLOCK_BYTES)
                .alignedSlice(Place.BLOCK_BYTES)
                .limit(bytes)
                .slice();
    }
}
