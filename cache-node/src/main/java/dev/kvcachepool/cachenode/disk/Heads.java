package dev.kvcachepool.cachenode.disk;

import java.nio.ByteBuffer;

/** Buffers for records' heads: of usual keys lent and given back, of longer ones made for the use. Thread-safe. */
final class Heads {
    private final Blocks usual = new Blocks(2 * Place.BLOCK_BYTES);

    /** A buffer of exactly the blocks that the head of a key of {@code keyBytes} occupies. */
    ByteBuffer take(int keyBytes) {
        int bytes = RecordCodec.headBytes(keyBytes);
        return bytes <= usual.bytes() ? usual.take().limit(bytes) : Blocks.aligned(bytes);
    }

    void giveBack(ByteBuffer head) {
        if (head.capacity() == usual.bytes()) {
            usual.giveBack(head);
        }
    }
}
