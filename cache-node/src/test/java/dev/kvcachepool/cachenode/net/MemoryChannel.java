package dev.kvcachepool.cachenode.net;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ScatteringByteChannel;
import java.util.ArrayList;
import java.util.List;

/** A connection without a socket: what the client sends is there from the start, what it is sent is kept. */
public final class MemoryChannel implements ScatteringByteChannel, GatheringByteChannel {
    private final ByteBuffer input;
    private final int mostAtOnce;
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final List<Integer> writes = new ArrayList<>();
    private boolean open = true;

    /**
     * A client that sends {@code input} and ends.
     *
     * @param mostAtOnce bytes that one read gets
     */
    public MemoryChannel(byte[] input, int mostAtOnce) {
        this.input = ByteBuffer.wrap(input);
        this.mostAtOnce = mostAtOnce;
    }

    /** All that was written. */
    public byte[] output() {
        return output.toByteArray();
    }

    /** Bytes of each write. */
    public List<Integer> writes() {
        return writes;
    }

    @Override
    public int read(ByteBuffer into) {
        return (int) read(new ByteBuffer[] {into}, 0, 1);
    }

    @Override
    public long read(ByteBuffer[] into) {
        return read(into, 0, into.length);
    }

    @Override
    public long read(ByteBuffer[] into, int offset, int length) {
        if (!input.hasRemaining()) {
            return -1;
        }
        int left = mostAtOnce;
        for (int i = offset; i < offset + length; i++) {
            int some = Math.min(Math.min(into[i].remaining(), input.remaining()), left);
            into[i].put(input.slice(input.position(), some));
            input.position(input.position() + some);
            left -= some;
        }
        return (long) mostAtOnce - left;
    }

    @Override
    public int write(ByteBuffer from) {
        return (int) write(new ByteBuffer[] {from}, 0, 1);
    }

    @Override
    public long write(ByteBuffer[] from) {
        return write(from, 0, from.length);
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) {
        int written = 0;
        for (int i = offset; i < offset + length; i++) {
            var bytes = new byte[from[i].remaining()];
            from[i].get(bytes);
            output.writeBytes(bytes);
            written += bytes.length;
        }
        writes.add(written);
        return written;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        open = false;
    }
}
