package dev.kvcachepool.commandline.tls;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Memory for records on their way, which a connection has only while it sends some, or has received a part of one: idle
 * connections have none of it. Up to {@link #MOST} have room for several records, which takes fewer calls of the system; what
 * is needed beyond that has room for one. On the heap, where the JDK's ciphers are quickest. Thread-safe.
 */
final class RecordBuffers {
    /** Room for a record of 16 KiB with all that surrounds it, whatever the cipher. */
    static final int ONE = 17 << 10;

    static final int SEVERAL = 4 * ONE;
    static final int MOST = 64;

    private final ConcurrentLinkedDeque<ByteBuffer> free = new ConcurrentLinkedDeque<>();
    private final AtomicInteger lent = new AtomicInteger();

    /** An empty one, to be given back. */
    ByteBuffer borrow() {
        if (lent.getAndUpdate(count -> Math.min(count + 1, MOST)) == MOST) {
            return ByteBuffer.allocate(ONE);
        }
        var kept = free.pollFirst();
        return kept == null ? ByteBuffer.allocate(SEVERAL) : kept.clear();
    }

    void giveBack(ByteBuffer buffer) {
        if (buffer.capacity() == SEVERAL) {
            free.addFirst(buffer);
            lent.decrementAndGet();
        }
    }

    /** How many are lent of those that are kept. */
    int lent() {
        return lent.get();
    }

    /** Bytes that are left in some of these. */
    static long remaining(ByteBuffer[] buffers, int offset, int length) {
        long remaining = 0;
        for (int i = offset; i < offset + length; i++) {
            remaining += buffers[i].remaining();
        }
        return remaining;
    }
}
