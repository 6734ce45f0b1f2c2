package dev.kvcachepool.e2e.fault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * A TCP proxy in front of a cache-node that flips one bit in every {@value #EVERY}th byte that comes back, starting in
 * the middle of the first value: a cache that lies.
 */
public final class FlippingProxy implements AutoCloseable {
    private static final int EVERY = 1 << 18;
    private final ServerSocket listener;
    private final InetSocketAddress target;

    /** Listens on a free port of loopback. */
    public FlippingProxy(InetSocketAddress target) {
        this.target = target;
        try {
            this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                var client = listener.accept();
                var server = new Socket(target.getAddress(), target.getPort());
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                Thread.ofVirtual().start(() -> pump(client, server, false));
                Thread.ofVirtual().start(() -> pump(server, client, true));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private static void pump(Socket from, Socket to, boolean flip) {
        try (from;
                to) {
            copy(from.getInputStream(), to.getOutputStream(), flip);
        } catch (IOException e) {
            // One side is gone, and so is the other now.
        }
    }

    private static void copy(InputStream in, OutputStream out, boolean flip) throws IOException {
        var buffer = new byte[64 << 10];
        long passed = EVERY / 2;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            var next = EVERY - passed % EVERY;
            if (flip && next <= read) {
                buffer[(int) next - 1] ^= 1;
            }
            passed += read;
            out.write(buffer, 0, read);
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
