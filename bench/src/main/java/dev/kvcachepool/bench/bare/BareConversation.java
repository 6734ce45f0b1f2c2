package dev.kvcachepool.bench.bare;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** One connection of the bare sender, until the client closes it. */
final class BareConversation {
    private static final int SINK_BYTES = 512 << 10;
    private final SocketChannel channel;
    private final MemorySegment memory;
    private final ByteBuffer sink = ByteBuffer.allocateDirect(SINK_BYTES);
    private final ByteBuffer small = ByteBuffer.allocateDirect(16);

    BareConversation(SocketChannel channel, MemorySegment memory) {
        this.channel = channel;
        this.memory = memory;
    }

    void run() throws IOException {
        if (!read(small.clear())) {
            return;
        }
        small.flip();
        long size = small.getLong();
        long next = small.getLong();
        var values = new BareValues(memory.byteSize(), size);
        while (read(small.clear().limit(1))) {
            if (small.get(0) == 'G') {
                write(memory.asSlice(values.offset(next++), size).asByteBuffer());
            } else {
                drop(size);
                write(small.clear().put((byte) '+').flip());
            }
        }
    }

    private void drop(long size) throws IOException {
        for (long left = size; left > 0; ) {
            int count = channel.read(sink.clear().limit((int) Math.min(left, SINK_BYTES)));
            if (count < 0) {
                return;
            }
            left -= count;
        }
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Fills the buffer; false where the client has closed. */
    private boolean read(ByteBuffer into) throws IOException {
        while (into.hasRemaining()) {
            if (channel.read(into) < 0) {
                return false;
            }
        }
        return true;
    }
}
