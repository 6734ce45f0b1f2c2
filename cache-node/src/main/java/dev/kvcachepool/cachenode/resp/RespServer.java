package dev.kvcachepool.cachenode.resp;

import dev.kvcachepool.cachenode.net.ConnectionLimit;
import dev.kvcachepool.cachenode.net.ConnectionServer;
import dev.kvcachepool.cachenode.net.ListeningPort;
import dev.kvcachepool.cachenode.net.ProtocolCounters;
import dev.kvcachepool.cachenode.pool.Doors;
import dev.kvcachepool.cachenode.pool.LocalDoors;
import dev.kvcachepool.cachenode.share.SharedMemory;
import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.cachenode.store.ValueSizes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Serves a store to RESP clients, and lets it tidy up. Thread-safe. */
public final class RespServer extends ConnectionServer {
    private final RespProtocol protocol;

    /**
     * Binds, for a store on its own.
     *
     * @param address port 0 for any free one
     * @throws IOException when the address can't be bound
     */
    public RespServer(InetSocketAddress address, RespSettings settings, BlockStore store) throws IOException {
        this(address, settings, store, new LocalDoors(store));
    }

    /** Binds, for the keys behind {@code doors}; {@code store} is this node's own. */
    public RespServer(InetSocketAddress address, RespSettings settings, BlockStore store, Doors doors)
            throws IOException {
        this(
                address,
                settings,
                store,
                doors,
                new ValueSizes(Map.of()),
                new ConnectionLimit(settings.maxConnections()),
                null);
    }

    /**
     * The same.
     *
     * @param sizes of the values that LMCache's native client expects; those stored here are added
     * @param limit that other ports share
     * @param shared this node's memory for clients on its host; null where it is not shared
     */
    public RespServer(
            InetSocketAddress address,
            RespSettings settings,
            BlockStore store,
            Doors doors,
            ValueSizes sizes,
            ConnectionLimit limit,
            @Nullable SharedMemory shared)
            throws IOException {
        this(
                new ListeningPort(address),
                settings,
                store,
                doors,
                sizes,
                new ProtocolCounters(),
                limit,
                System::nanoTime,
                shared);
    }

    RespServer(
            ListeningPort port,
            RespSettings settings,
            BlockStore store,
            Doors doors,
            ValueSizes sizes,
            ProtocolCounters counters,
            ConnectionLimit limit,
            LongSupplier nanoClock,
            @Nullable SharedMemory shared) {
        this(
                port,
                new RespProtocol(settings, store, doors, sizes, counters, port.number(), shared),
                counters,
                limit,
                settings.clientTimeout(),
                nanoClock);
    }

    private RespServer(
            ListeningPort port,
            RespProtocol protocol,
            ProtocolCounters counters,
            ConnectionLimit limit,
            Duration clientTimeout,
            LongSupplier nanoClock) {
        super(port, protocol, counters, limit, clientTimeout, nanoClock);
        this.protocol = protocol;
    }

    /** Misses that were answered as LMCache's native client needs it. */
    public long paddedMisses() {
        return protocol.paddedMisses();
    }
}
