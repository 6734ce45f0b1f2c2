package dev.kvcachepool.router.pin;

import dev.kvcachepool.commandline.secret.NodeLogin;
import dev.kvcachepool.commandline.tls.Tls;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.NodeRow.Address;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a cache-node for commands that are answered with an array of integers. All it does ends by one moment, whatever
 * the other side sends, and no reply takes more than a line of memory. One thread.
 */
final class RespConnection implements AutoCloseable {
    private static final int MAX_LINE = 512;
    private static final int BUFFER = 8 << 10;

    private final Socket plain = new Socket();
    private final Socket socket;
    private final InputStream input;
    private final byte[] buffer = new byte[BUFFER];
    private final LongSupplier leftNanos;
    private int at;
    private int end;

    /**
     * Connects, and logs in.
     *
     * @param node whom to find there
     * @param tls null without
     * @param leftNanos how much time is left
     */
    RespConnection(HolderId node, Address address, @Nullable Tls tls, NodeLogin login, LongSupplier leftNanos)
            throws IOException {
        this.leftNanos = leftNanos;
        try {
            plain.setTcpNoDelay(true);
            plain.connect(new InetSocketAddress(address.host(), address.port()), leftMillis());
            socket = tls == null ? plain : secure(node, address, tls);
            input = socket.getInputStream();
            logIn(login.attempts());
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    /** Of a handshake only each read has a limit: what takes longer altogether is closed. */
    private Socket secure(HolderId node, Address address, Tls tls) throws IOException {
        plain.setSoTimeout(leftMillis());
        CompletableFuture.delayedExecutor(leftMillis(), TimeUnit.MILLISECONDS).execute(this::closePlain);
        return tls.connect(plain, node.value(), address.host(), address.port());
    }

    private void closePlain() {
        try {
            plain.close();
        } catch (IOException e) {
            // Its file descriptor is gone either way.
        }
    }

    /** Each in its turn, until the node knows one. */
    private void logIn(List<List<String>> attempts) throws IOException {
        for (int i = 0; i < attempts.size(); i++) {
            send(Stream.concat(Stream.of("AUTH"), attempts.get(i).stream()).toList());
            var line = line();
            if (line.startsWith("+")) {
                return;
            }
            if (!line.startsWith("-WRONGPASS") || i == attempts.size() - 1) {
                throw unexpected(line);
            }
        }
    }

    /** Sends one command, and reads an array of {@code count} integers. */
    long[] ask(List<String> words, int count) throws IOException {
        send(words);
        if (number(expect('*')) != count) {
            throw new IOException("an answer to something else");
        }
        var numbers = new long[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = number(expect(':'));
        }
        return numbers;
    }

    private void send(List<String> words) throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(ascii("*" + words.size() + "\r\n"));
        for (var word : words) {
            var content = word.getBytes(StandardCharsets.UTF_8);
            bytes.writeBytes(ascii("$" + content.length + "\r\n"));
            bytes.writeBytes(content);
            bytes.writeBytes(ascii("\r\n"));
        }
        socket.getOutputStream().write(bytes.toByteArray());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The rest of a line that begins so. */
    private String expect(char type) throws IOException {
        var line = line();
        if (line.isEmpty() || line.charAt(0) != type) {
            throw unexpected(line);
        }
        return line.substring(1);
    }

    private static IOException unexpected(String line) {
        return new IOException(line.startsWith("-") ? "it says: " + line.substring(1) : "no answer in its protocol");
    }

    private static long number(String text) throws IOException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IOException("no answer in its protocol", e);
        }
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (int next = read(); next != '\n'; next = read()) {
            if (line.length() == MAX_LINE) {
                throw new IOException("no answer in its protocol");
            }
            line.append((char) next);
        }
        var length = line.length();
        return length > 0 && line.charAt(length - 1) == '\r' ? line.substring(0, length - 1) : line.toString();
    }

    private int read() throws IOException {
        if (at == end) {
            socket.setSoTimeout(leftMillis());
            at = 0;
            end = input.read(buffer);
            if (end <= 0) {
                end = 0;
                throw new IOException("it closed the connection");
            }
        }
        return buffer[at++] & 0xFF;
    }

    private int leftMillis() throws SocketTimeoutException {
        long millis = Duration.ofNanos(leftNanos.getAsLong()).toMillis();
        if (millis <= 0) {
            throw new SocketTimeoutException("no answer in time");
        }
        return (int) Math.min(millis, Integer.MAX_VALUE);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
