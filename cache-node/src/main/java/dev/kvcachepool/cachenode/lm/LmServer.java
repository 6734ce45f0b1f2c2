package dev.kvcachepool.cachenode.lm;

import dev.kvcachepool.cachenode.net.ConnectionLimit;
import dev.kvcachepool.cachenode.net.ConnectionServer;
import dev.kvcachepool.cachenode.net.ListeningPort;
import dev.kvcachepool.cachenode.net.ProtocolCounters;
import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.cachenode.store.KeyValues;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Serves keys and values to {@code lm://} clients. Thread-safe. */
public final class LmServer extends ConnectionServer {

    /**
     * Binds.
     *
     * @param address port 0 for any free one
     * @param store this node's own, which says how large a value may be; another port's server lets it tidy up
     * @param limit that other ports share
     * @throws IOException when the address can't be bound
     */
    public LmServer(
            InetSocketAddress address, LmSettings settings, BlockStore store, KeyValues values, ConnectionLimit limit)
            throws IOException {
        this(address, settings, store, gone -> values, limit);
    }

    /**
     * The same.
     *
     * @param values of a connection, by whether its client has gone away
     */
    public LmServer(
            InetSocketAddress address,
            LmSettings settings,
            BlockStore store,
            Function<BooleanSupplier, KeyValues> values,
            ConnectionLimit limit)
            throws IOException {
        this(new ListeningPort(address), settings, store, values, new ProtocolCounters(), limit, System::nanoTime);
    }

    LmServer(
            ListeningPort port,
            LmSettings settings,
            BlockStore store,
            Function<BooleanSupplier, KeyValues> values,
            ProtocolCounters counters,
            ConnectionLimit limit,
            LongSupplier nanoClock) {
        super(
                port,
                new LmProtocol(values, largest(settings, store), counters),
                counters,
                limit,
                settings.clientTimeout(),
                nanoClock);
    }

    private static long largest(LmSettings settings, BlockStore store) {
        return Math.min(settings.maxValueBytes(), store.largestValue() - ReplyHead.DESCRIPTION_BYTES);
    }
}
