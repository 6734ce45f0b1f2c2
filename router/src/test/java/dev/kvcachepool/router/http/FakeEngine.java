package dev.kvcachepool.router.http;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An engine on a bare socket: the test takes each call and answers it byte by byte. One call a connection. */
public final class FakeEngine implements AutoCloseable {
    private final ServerSocket server;
    private final LinkedBlockingQueue<Call> calls = new LinkedBlockingQueue<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    /** One request, its head and body read. */
    public record Call(String head, String body, Socket socket, OutputStream out) {
        public void send(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        }

        public void startStream() throws IOException {
            var head = List.of(
                    "HTTP/1.1 200 OK",
                    "content-type: text/event-stream",
                    "transfer-encoding: chunked",
                    "connection: x-hop",
                    "x-hop: secret",
                    "x-engine: yes");
            send(String.join("\r\n", head) + "\r\n\r\n");
        }

        public void chunk(String text) throws IOException {
            send(Integer.toHexString(text.length()) + "\r\n" + text + "\r\n");
        }

        public void endStream() throws IOException {
            send("0\r\n\r\n");
        }

        public void answer(int status, String body) throws IOException {
            send("HTTP/1.1 " + status + " X\r\nconnection: close\r\ncontent-length: " + body.length() + "\r\n\r\n"
                    + body);
        }

        /** Whether the other side has hung up: waits until it has, or 10 s. */
        public boolean hungUp() throws IOException {
            socket.setSoTimeout(10_000);
            try {
                return socket.getInputStream().read() < 0;
            } catch (java.net.SocketTimeoutException e) {
                return false;
            } catch (IOException reset) {
                return true;
            }
        }
    }

    public FakeEngine() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    public String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    /** Whether a request has come that nobody has taken. */
    public boolean isAsked() {
        return !calls.isEmpty();
    }

    public Call next() throws InterruptedException {
        var call = calls.poll(10, TimeUnit.SECONDS);
        if (call == null) {
            throw new AssertionError("no request came in 10 s");
        }
        return call;
    }

    private void accept() {
        try {
            while (true) {
                var socket = server.accept();
                sockets.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException closed) {
            return;
        }
    }

    private void serve(Socket socket) {
        try {
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1), 1);
            var head = head(in);
            if (head == null) {
                return;
            }
            var body = isChunked(head) ? chunks(in) : read(in, length(head));
            calls.add(new Call(head, body, socket, socket.getOutputStream()));
        } catch (EOFException gone) {
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable String head(BufferedReader in) throws IOException {
        var head = new StringBuilder();
        for (var line = in.readLine(); line != null; line = in.readLine()) {
            if (line.isEmpty()) {
                return head.toString();
            }
            head.append(line).append('\n');
        }
        return null;
    }

    private static boolean isChunked(String head) {
        return head.toLowerCase(Locale.ROOT).contains("\ntransfer-encoding: chunked");
    }

    private static String chunks(BufferedReader in) throws IOException {
        var body = new StringBuilder();
        for (var chunk = chunk(in); !chunk.isEmpty(); chunk = chunk(in)) {
            body.append(chunk);
        }
        return body.toString();
    }

    private static String chunk(BufferedReader in) throws IOException {
        var chunk = read(in, Integer.parseInt(in.readLine(), 16));
        in.readLine();
        return chunk;
    }

    private static String read(BufferedReader in, int length) throws IOException {
        var text = new char[length];
        for (int from = 0; from < length; ) {
            int read = in.read(text, from, length - from);
            if (read < 0) {
                throw new EOFException("hung up in the middle of a body");
            }
            from += read;
        }
        return new String(text);
    }

    private static int length(String head) {
        return head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
                .mapToInt(line ->
                        Integer.parseInt(line.substring(line.indexOf(':') + 1).strip()))
                .findFirst()
                .orElse(0);
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (var socket : sockets) {
            socket.close();
        }
    }
}
