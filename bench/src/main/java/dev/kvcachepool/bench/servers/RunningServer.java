package dev.kvcachepool.bench.servers;

import dev.kvcachepool.bench.system.ProcessTree;
import dev.kvcachepool.bench.wire.StoreClient;
import dev.kvcachepool.bench.wire.Wire;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A server that accepts connections. Owns its process. */
public final class RunningServer implements Closeable {
    private final ServerProcess process;
    private final Map<Transport, SocketAddress> addresses;
    private final Protocol protocol;
    private final @Nullable Sharing sharing;

    /** Makes clients of a server that shares its memory. */
    interface Sharing {
        /** A new one, the caller's to close. */
        StoreClient connect() throws IOException;
    }

    RunningServer(ServerProcess process, Map<Transport, SocketAddress> addresses, Protocol protocol) {
        this(process, addresses, protocol, null);
    }

    /** {@code sharing}: null where the server's memory is its own. */
    RunningServer(
            ServerProcess process,
            Map<Transport, SocketAddress> addresses,
            Protocol protocol,
            @Nullable Sharing sharing) {
        this.process = process;
        this.addresses = Map.copyOf(addresses);
        this.protocol = protocol;
        this.sharing = sharing;
    }

    /** By which ways it can be reached. */
    public Set<Transport> transports() {
        var ways = EnumSet.noneOf(Transport.class);
        ways.addAll(addresses.keySet());
        if (sharing != null) {
            ways.add(Transport.SHARED);
        }
        return ways;
    }

    /**
     * A new connection, the caller's to close. Only the bare sender wants to know the values' {@code size} in bytes and the
     * number of the {@code first} one that it is to send.
     */
    public StoreClient connect(Transport transport, long size, long first) throws IOException {
        if (transport == Transport.SHARED && sharing != null) {
            return sharing.connect();
        }
        var address = addresses.get(transport);
        if (address == null) {
            throw new IllegalArgumentException("not reached by " + transport.label());
        }
        var wire = Wire.to(address);
        try {
            return protocol.over(wire, size, first);
        } catch (IOException e) {
            wire.close();
            throw e;
        }
    }

    /** What Linux counts for it and its children. */
    public ProcessTree tree() {
        return process.tree();
    }

    @Override
    public void close() {
        process.close();
    }
}
