package dev.kvcachepool.client;

import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** RESP2, as much of it as the client needs. Used by one thread at a time. */
final class RespConnection implements AutoCloseable {
    private static final int BUFFER_BYTES = 16 << 10;
    private static final int MAX_LINE = 1 << 10;
    private static final int MAX_ARGUMENTS = 256;
    /** More than stands around any word. */
    private static final int HEAD_BYTES = 40;

    private final LimitedChannel channel;
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES).limit(0);
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES);

    RespConnection(UnixDomainSocketAddress address, Duration limit) throws IOException {
        this.channel = LimitedChannel.connect(address, limit);
    }

    /** Sends a command with arguments that {@link #fitting} allows. */
    void send(String command, List<byte[]> arguments) throws IOException {
        out.clear();
        put("*" + (1 + arguments.size()) + "\r\n");
        putBulk(command.getBytes(StandardCharsets.US_ASCII));
        for (var argument : arguments) {
            putBulk(argument);
        }
        flush();
    }

    /** How many of these a command can have as its arguments: one at least, whatever its length. */
    static int fitting(List<byte[]> arguments) {
        int bytes = HEAD_BYTES;
        for (int i = 0; i < arguments.size(); i++) {
            bytes += HEAD_BYTES + arguments.get(i).length;
            if (i > 0 && (i == MAX_ARGUMENTS || bytes > BUFFER_BYTES)) {
                return i;
            }
        }
        return arguments.size();
    }

    /** Sends a command with a key and what is left of a value. */
    void sendValue(String command, byte[] key, ByteBuffer value) throws IOException {
        out.clear();
        put("*3\r\n");
        putBulk(command.getBytes(StandardCharsets.US_ASCII));
        putBulk(key);
        put("$" + value.remaining() + "\r\n");
        var end = ByteBuffer.wrap("\r\n".getBytes(StandardCharsets.US_ASCII));
        var all = new ByteBuffer[] {out.flip(), value, end};
        while (end.hasRemaining()) {
            channel.write(all);
        }
    }

    private void put(String text) throws IOException {
        put(text.getBytes(StandardCharsets.US_ASCII));
    }

    private void putBulk(byte[] bytes) throws IOException {
        put("$" + bytes.length + "\r\n");
        put(bytes);
        put("\r\n");
    }

    private void put(byte[] bytes) throws IOException {
        if (bytes.length > out.remaining()) {
            throw new IOException("a request of " + bytes.length + " bytes is longer than " + BUFFER_BYTES);
        }
        out.put(bytes);
    }

    private void flush() throws IOException {
        out.flip();
        while (out.hasRemaining()) {
            channel.write(out);
        }
    }

    void requireOk() throws IOException {
        var line = line();
        if (!line.equals("+OK")) {
            throw new IOException("expected +OK, got " + line);
        }
    }

    long integer() throws IOException {
        return number(':');
    }

    /** Elements of an array, −1 for none at all. */
    int arrayLength() throws IOException {
        return arrayLength(line());
    }

    private static int arrayLength(String line) throws IOException {
        return line.equals("$-1") ? -1 : Math.toIntExact(number('*', line));
    }

    /** As {@link #arrayLength}, but −2 where a number stands for the array. */
    int arrayLengthOrNumber() throws IOException {
        var line = line();
        return line.startsWith(":") ? -2 : arrayLength(line);
    }

    void requireArray(int length) throws IOException {
        int actual = arrayLength();
        if (actual != length) {
            throw new IOException("expected an array of " + length + ", got one of " + actual);
        }
    }

    byte[] bulk() throws IOException {
        var bulk = bulkOrNull();
        if (bulk == null) {
            throw new IOException("expected a string, got nothing");
        }
        return bulk;
    }

    byte @Nullable [] bulkOrNull() throws IOException {
        int length = Math.toIntExact(number('$'));
        if (length < 0) {
            return null;
        }
        var bytes = new byte[length];
        var into = ByteBuffer.wrap(bytes);
        while (into.hasRemaining()) {
            require();
            int some = Math.min(into.remaining(), in.remaining());
            into.put(in.slice(in.position(), some));
            in.position(in.position() + some);
        }
        line();
        return bytes;
    }

    private long number(char type) throws IOException {
        return number(type, line());
    }

    private static long number(char type, String line) throws IOException {
        if (line.isEmpty() || line.charAt(0) != type) {
            throw new IOException("expected " + type + ", got " + line);
        }
        try {
            return Long.parseLong(line, 1, line.length(), 10);
        } catch (NumberFormatException e) {
            throw new IOException("no number: " + line, e);
        }
    }

    /** The next line without its end; an error line is thrown. */
    private String line() throws IOException {
        var line = new StringBuilder();
        for (byte next = next(); next != '\n'; next = next()) {
            if (line.length() == MAX_LINE) {
                throw new IOException("a reply's line is longer than " + MAX_LINE + " bytes");
            }
            line.append((char) (next & 0xff));
        }
        line.setLength(Math.max(0, line.length() - 1));
        if (!line.isEmpty() && line.charAt(0) == '-') {
            throw new RefusedException(line.substring(1));
        }
        return line.toString();
    }

    private byte next() throws IOException {
        require();
        return in.get();
    }

    private void require() throws IOException {
        if (!in.hasRemaining()) {
            in.clear();
            int read = channel.read(in);
            in.flip();
            if (read < 0) {
                throw new EOFException("the node has ended the connection");
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
