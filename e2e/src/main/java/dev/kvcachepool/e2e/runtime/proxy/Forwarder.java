package dev.kvcachepool.e2e.runtime.proxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A listener on one Service's address and port: each connection is joined to an endpoint, or closed at once if there is
 * none. Two virtual threads a connection.
 */
final class Forwarder implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Forwarder.class.getName());
    private static final int BACKLOG = 128;
    private static final int CONNECT_MILLIS = 5_000;
    private final ServerSocket listener;
    private final Semaphore connections;
    private final Function<InetAddress, InetSocketAddress> endpoint;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /**
     * @param connections what all forwarders may hold together
     * @param endpoint where a connection from an address goes; throws {@link UnreachableException}
     */
    Forwarder(InetSocketAddress address, Semaphore connections, Function<InetAddress, InetSocketAddress> endpoint)
            throws IOException {
        this.listener = new ServerSocket(address.getPort(), BACKLOG, address.getAddress());
        this.connections = connections;
        this.endpoint = endpoint;
        Thread.ofVirtual().name("service-" + address).start(this::accept);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                var client = listener.accept();
                if (connections.tryAcquire()) {
                    Thread.ofVirtual().start(() -> join(client));
                } else {
                    client.close();
                }
            } catch (IOException e) {
                LOG.log(Level.FINE, e, () -> "listener " + listener + " got no connection");
            }
        }
    }

    private void join(Socket client) {
        try (client;
                var server = new Socket()) {
            open.add(client);
            server.connect(endpoint.apply(client.getInetAddress()), CONNECT_MILLIS);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            var back = Thread.ofVirtual().start(() -> copy(server, client));
            copy(client, server);
            back.join();
        } catch (UnreachableException | IOException e) {
            LOG.log(Level.FINE, e, () -> "a connection to " + listener + " leads nowhere");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(client);
            connections.release();
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            // One direction is broken: the other has nobody to talk to either.
            closeQuietly(from);
            closeQuietly(to);
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.log(Level.FINE, e, () -> "closing " + socket);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        open.forEach(Forwarder::closeQuietly);
    }
}
