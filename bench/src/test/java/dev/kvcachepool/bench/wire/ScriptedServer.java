package dev.kvcachepool.bench.wire;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;

/** Answers the one connection that it takes with bytes that are given, and keeps what it was sent. */
final class ScriptedServer implements Closeable {
    private final ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final ByteArrayOutputStream asked = new ByteArrayOutputStream();
    private final Thread thread;

    ScriptedServer(byte[] answer) throws IOException {
        thread = Thread.ofPlatform().daemon().start(() -> converse(answer));
    }

    Wire connect() throws IOException {
        return Wire.to(new InetSocketAddress(InetAddress.getLoopbackAddress(), listening.getLocalPort()));
    }

    /** All that was sent, once the client has closed. */
    String asked() throws InterruptedException {
        thread.join();
        return asked.toString(StandardCharsets.ISO_8859_1);
    }

    private void converse(byte[] answer) {
        try (var socket = listening.accept()) {
            socket.getOutputStream().write(answer);
            socket.getInputStream().transferTo(asked);
        } catch (IOException e) {
            System.err.println(e);
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
