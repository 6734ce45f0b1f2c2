package dev.kvcachepool.cachenode.pool;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A port in front of another, which can be shut: connections through it end and new ones end at once. */
final class Gate implements AutoCloseable {
    private final ServerSocket listening;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean shut;

    Gate(int target) throws IOException {
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.target = target;
        Thread.ofPlatform().daemon().start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    void shut() {
        shut = true;
        sockets.forEach(Gate::end);
        sockets.clear();
    }

    void open() {
        shut = false;
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                var from = listening.accept();
                if (shut) {
                    from.close();
                    continue;
                }
                var to = new Socket(InetAddress.getLoopbackAddress(), target);
                to.setTcpNoDelay(true);
                from.setTcpNoDelay(true);
                sockets.add(from);
                sockets.add(to);
                Thread.ofPlatform().daemon().start(() -> copy(from, to));
                Thread.ofPlatform().daemon().start(() -> copy(to, from));
            } catch (IOException e) {
                // Ended, or the target is away: whoever connected sees the end.
            }
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // Shut.
        }
        end(from);
        end(to);
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // Gone either way.
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        shut();
    }
}
