package dev.kvcachepool.cachenode.resp;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One connection of LMCache's native C++ client, as it is: no handshake, no time-out, no second connection; every reply is
 * read as exactly so many bytes as the expected one has. Where the real one would be out of step for ever, this one says so.
 */
final class NativeClient implements AutoCloseable {
    private static final int OK_BYTES = 5;
    private static final int INTEGER_BYTES = 4;

    private final Socket socket;
    private final OutputStream out;
    private final DataInputStream in;

    NativeClient(int port) throws IOException {
        this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        this.out = socket.getOutputStream();
        this.in = new DataInputStream(socket.getInputStream());
    }

    void set(String key, byte[] value) throws IOException {
        out.write(
                ("*3\r\n$3\r\nSET\r\n" + bulk(key) + "$" + value.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.write(value);
        out.write(new byte[] {'\r', '\n'});
        require(read(OK_BYTES), "+OK\r\n");
    }

    boolean exists(String key) throws IOException {
        return one("EXISTS", key);
    }

    boolean delete(String key) throws IOException {
        return one("DEL", key);
    }

    private boolean one(String command, String key) throws IOException {
        command(command, key);
        var reply = read(INTEGER_BYTES);
        if (reply.equals(":1\r\n")) {
            return true;
        }
        require(reply, ":0\r\n");
        return false;
    }

    /** A value of the size that all values of this model have; null for a miss. */
    byte @Nullable [] get(String key, int size) throws IOException {
        command("GET", key);
        var head = "$" + size + "\r\n";
        var reply = read(head.length());
        if (reply.startsWith("-") && reply.endsWith("\r\n")) {
            return null;
        }
        require(reply, head);
        var value = new byte[size];
        in.readFully(value);
        require(read(2), "\r\n");
        return value;
    }

    private void command(String command, String key) throws IOException {
        var request = "*2\r\n$" + command.length() + "\r\n" + command + "\r\n" + bulk(key);
        out.write(request.getBytes(StandardCharsets.US_ASCII));
    }

    private static String bulk(String text) {
        return "$" + text.length() + "\r\n" + text + "\r\n";
    }

    private String read(int bytes) throws IOException {
        var reply = new byte[bytes];
        in.readFully(reply);
        return new String(reply, StandardCharsets.ISO_8859_1);
    }

    private static void require(String reply, String expected) {
        if (!reply.equals(expected)) {
            throw new AssertionError("out of step for ever: read '" + reply + "' for '" + expected + "'");
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
