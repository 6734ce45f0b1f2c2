package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.lm.LmServer;
import dev.kvcachepool.cachenode.net.ConnectionLimit;
import dev.kvcachepool.cachenode.net.ConnectionServer;
import dev.kvcachepool.cachenode.net.ListeningPath;
import dev.kvcachepool.cachenode.pool.Doors;
import dev.kvcachepool.cachenode.resp.RespServer;
import dev.kvcachepool.cachenode.share.SharedMemory;
import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.cachenode.store.ValueSizes;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The ports that engines use, which share the limit of connections. Thread-safe. */
final class Ports implements AutoCloseable {
    private final String host;
    private final NodeTls tls;
    private final List<ConnectionServer> servers = new ArrayList<>();

    /**
     * Binds them.
     *
     * @param shared this node's memory for clients on its host; null where it is not shared
     * @throws IOException whose message is a line for the user
     */
    Ports(NodeSettings settings, BlockStore store, ValueSizes sizes, Doors doors, @Nullable SharedMemory shared)
            throws IOException {
        this.host = settings.advertisedAddress();
        this.tls = settings.tls();
        var limit = new ConnectionLimit(settings.resp().maxConnections());
        try {
            var address = new InetSocketAddress(settings.listenAddress(), settings.respPort());
            servers.add(new RespServer(address, settings.resp(), store, doors, sizes, limit, shared));
        } catch (IOException e) {
            throw new IOException("--resp-port " + settings.respPort() + ": " + e.getMessage(), e);
        }
        var socket = settings.sockets().resp();
        try {
            if (socket != null) {
                servers.getFirst().alsoAt(new ListeningPath(socket.path(), socket.permissions()));
            }
        } catch (IOException e) {
            close();
            throw new IOException("--resp-socket: " + e.getMessage(), e);
        }
        var lm = settings.lm();
        try {
            if (lm != null) {
                var address = new InetSocketAddress(settings.listenAddress(), lm.port());
                servers.add(new LmServer(address, lm.settings(), store, doors::clients, limit));
            }
        } catch (IOException e) {
            close();
            throw new IOException("--lm-port " + lm.port() + ": " + e.getMessage(), e);
        }
        secure();
    }

    /** Speaks TLS where it is told. */
    private void secure() {
        for (var server : servers) {
            var spoken = tls.at(server);
            if (spoken != null) {
                server.secure(spoken);
            }
        }
    }

    List<ConnectionServer> servers() {
        return List.copyOf(servers);
    }

    /** Where each protocol is reached, by its name. */
    Map<String, NodeRow.Address> endpoints() {
        var endpoints = new LinkedHashMap<String, NodeRow.Address>();
        for (var server : servers) {
            endpoints.put(server.protocol(), new NodeRow.Address(host, server.port()));
        }
        return endpoints;
    }

    boolean areListening() {
        return servers.stream().allMatch(ConnectionServer::isListening);
    }

    void start() {
        servers.forEach(ConnectionServer::start);
    }

    /** Lets running requests finish, at most so long. */
    void drain(Duration atMost) {
        ConnectionServer.drain(servers, atMost);
    }

    @Override
    public void close() {
        servers.forEach(ConnectionServer::close);
    }
}
