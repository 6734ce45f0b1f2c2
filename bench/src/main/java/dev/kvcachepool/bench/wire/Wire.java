package dev.kvcachepool.bench.wire;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * A blocking connection with one direct buffer to read into, small enough to stay in a core's cache until it is checked.
 * For one thread; owns its channel.
 */
public final class Wire implements Closeable {
    private static final int BUFFER_BYTES = 512 << 10;
    private static final int LONGEST_LINE = 4096;
    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final ByteBuffer head = ByteBuffer.allocateDirect(LONGEST_LINE);

    private Wire(SocketChannel channel) {
        this.channel = channel;
        in.limit(0);
    }

    /** Connects by TCP, without delay, or by a Unix socket. */
    public static Wire to(SocketAddress address) throws IOException {
        var channel = SocketChannel.open(address);
        if (address instanceof InetSocketAddress) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
        return new Wire(channel);
    }

    /** ASCII as bytes to {@link #send}; valid until the next call. */
    ByteBuffer text(String text) {
        head.clear();
        head.put(text.getBytes(StandardCharsets.US_ASCII));
        return head.flip();
    }

    /** Sends all of it in as few calls of the system as it takes. */
    void send(ByteBuffer... parts) throws IOException {
        long left = 0;
        for (var part : parts) {
            left += part.remaining();
        }
        while (left > 0) {
            left -= channel.write(parts);
        }
    }

    /** A line without its end. */
    String line() throws IOException {
        var line = new StringBuilder();
        for (char next = octet(); next != '\n'; next = octet()) {
            if (line.length() == LONGEST_LINE) {
                throw new ProtocolException("a line without end: " + line.substring(0, 40));
            }
            line.append(next);
        }
        if (!line.isEmpty() && line.charAt(line.length() - 1) == '\r') {
            line.setLength(line.length() - 1);
        }
        return line.toString();
    }

    /** One byte. */
    char octet() throws IOException {
        fill();
        return (char) Byte.toUnsignedInt(in.get());
    }

    /** The next {@code length} bytes are a value; one of another length than expected is wrong as a whole. */
    Got value(long length, Expected expected) throws IOException {
        if (length != expected.size()) {
            skip(length);
            return new Got(true, Math.max(length, expected.size()));
        }
        var check = expected.check();
        for (long left = length; left > 0; ) {
            fill();
            int count = (int) Math.min(in.remaining(), left);
            check.part(in.slice(in.position(), count));
            in.position(in.position() + count);
            left -= count;
        }
        return new Got(true, check.wrongBytes());
    }

    /** Reads bytes and drops them. */
    void skip(long length) throws IOException {
        for (long left = length; left > 0; ) {
            fill();
            int count = (int) Math.min(in.remaining(), left);
            in.position(in.position() + count);
            left -= count;
        }
    }

    private void fill() throws IOException {
        if (in.hasRemaining()) {
            return;
        }
        in.clear();
        int count = channel.read(in);
        in.flip();
        if (count < 0) {
            throw new EOFException("the server closed the connection");
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
