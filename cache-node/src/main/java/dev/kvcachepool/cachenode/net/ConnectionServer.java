package dev.kvcachepool.cachenode.net;

import dev.kvcachepool.commandline.tls.Tls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves a protocol's clients: at one port, and wherever else it is told to listen; one thread a connection. Thread-safe.
 *
 * <p>Bound when made, serving from {@link #start}; a closed server does not come back.
 */
public class ConnectionServer implements AutoCloseable {
    /** After an accept that failed. */
    static final long ACCEPT_PAUSE_NANOS = 20_000_000;

    private static final long LONGEST_SWEEP_MILLIS = 1000;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final ListeningPort port;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final ConnectionThreads threads = new ConnectionThreads();
    private final Protocol protocol;
    private final ProtocolCounters counters;
    private final ConnectionLimit limit;
    private final Duration clientTimeout;
    private final LongSupplier nanoClock;
    private final Set<Wire> wires = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicLong lastId = new AtomicLong();
    private final Handshakes handshakes = new Handshakes();
    private @Nullable Tls tls;

    /**
     * Takes a port over, and closes it at its own end.
     *
     * @param clientTimeout how long a client may stall in the middle of a request or of reading its reply
     * @param nanoClock by which that is measured
     */
    protected ConnectionServer(
            ListeningPort port,
            Protocol protocol,
            ProtocolCounters counters,
            ConnectionLimit limit,
            Duration clientTimeout,
            LongSupplier nanoClock) {
        this.port = port;
        listeners.add(port);
        this.protocol = protocol;
        this.counters = counters;
        this.limit = limit;
        this.clientTimeout = clientTimeout;
        this.nanoClock = nanoClock;
    }

    /** The port that was bound. */
    public final int port() {
        return port.number();
    }

    /** One word in lower case. */
    public final String protocol() {
        return protocol.name();
    }

    /** Connections being served. */
    public final int connections() {
        return wires.size();
    }

    public final ProtocolCounters counters() {
        return counters;
    }

    /** Whether connections are accepted, everywhere. */
    public final boolean isListening() {
        return listeners.stream().allMatch(Listener::isOpen);
    }

    /** Takes a further listener over; called before {@link #start}. */
    public final void alsoAt(Listener listener) {
        listeners.add(listener);
    }

    /** What came of handshakes, where there is TLS. */
    public final Handshakes handshakes() {
        return handshakes;
    }

    /** Speaks TLS at the port, and at no other listener; called before {@link #start}. */
    public final void secure(Tls told) {
        tls = told;
    }

    /** Accepts connections from now on. */
    public final void start() {
        for (var listener : listeners) {
            Thread.ofPlatform().name(protocol.name() + "-accept").start(() -> accept(listener));
        }
        Thread.ofPlatform().daemon().name(protocol.name() + "-sweeper").start(this::sweepOften);
    }

    private void accept(Listener listener) {
        while (listener.isOpen()) {
            try {
                admit(listener.accept(), listener);
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException | OutOfMemoryError e) {
                // Out of file descriptors or memory for now: those who are connected go on.
                counters.rejected.increment();
                LockSupport.parkNanos(ACCEPT_PAUSE_NANOS);
            }
        }
    }

    private void admit(SocketChannel channel, Listener listener) {
        var spoken = listener == port ? tls : null;
        if (!limit.enter()) {
            counters.rejected.increment();
            refuse(channel, spoken == null ? protocol.refusal() : NOTHING);
            return;
        }
        var wire = wire(channel, spoken);
        counters.accepted.increment();
        counters.open.increment();
        wires.add(wire);
        long id = lastId.incrementAndGet();
        try {
            threads.start(protocol.name() + "-" + id, () -> serve(wire, id));
        } catch (OutOfMemoryError e) {
            ended(wire);
            throw e;
        }
    }

    /** Where there is TLS, nobody is a node without having shown so. */
    private Wire wire(SocketChannel channel, @Nullable Tls spoken) {
        if (spoken == null) {
            return new Wire(channel, counters, clientTimeout, nanoClock, id -> tls == null);
        }
        var secure = spoken.accept(channel);
        return new Wire(secure, counters, clientTimeout, nanoClock, secure::isNode);
    }

    private static void refuse(SocketChannel channel, ByteBuffer words) {
        try (channel) {
            channel.configureBlocking(false);
            channel.write(words);
            channel.shutdownOutput();
        } catch (IOException e) {
            // It is gone already.
        }
    }

    private void serve(Wire wire, long id) {
        try {
            if (wire.isSecure()) {
                handshakes.run(wire, protocol.name());
            }
            protocol.serve(wire, id);
        } catch (IOException e) {
            // The client is gone, or was closed for stalling: its request ends here, whatever it held is freed.
        } finally {
            wire.end();
            ended(wire);
        }
    }

    private void ended(Wire wire) {
        wire.close();
        wires.remove(wire);
        counters.open.decrement();
        limit.leave();
    }

    private void sweepOften() {
        long millis = Math.clamp(clientTimeout.toMillis() / 4, 1, LONGEST_SWEEP_MILLIS);
        try {
            while (!closed.await(millis, TimeUnit.MILLISECONDS)) {
                sweep();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Closes clients that stall in the middle of something, or hardly move; lets the protocol tidy up. */
    public final void sweep() {
        for (var wire : wires) {
            switch (wire.verdict()) {
                case FINE -> {}
                case STALLED -> {
                    counters.stalled.increment();
                    wire.close();
                }
                case SLOW -> {
                    counters.slow.increment();
                    wire.close();
                }
            }
        }
        protocol.tidy();
    }

    /** As {@link #drain(Collection, Duration)} of this one. */
    public final void drain(Duration atMost) {
        drain(List.of(this), atMost);
    }

    /**
     * Refuses new connections, ends idle ones, and lets running requests finish; then all are closed.
     *
     * @param atMost how long to wait for those; what is left then is closed
     */
    public static void drain(Collection<ConnectionServer> servers, Duration atMost) {
        for (var server : servers) {
            server.listeners.forEach(Listener::close);
            server.wires.forEach(Wire::drain);
        }
        long end = System.nanoTime() + atMost.toNanos();
        try {
            while (servers.stream().anyMatch(server -> !server.wires.isEmpty()) && System.nanoTime() - end < 0) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        servers.forEach(ConnectionServer::close);
    }

    /** Closes all connections at once. */
    @Override
    public final void close() {
        closed.countDown();
        listeners.forEach(Listener::close);
        wires.forEach(Wire::close);
    }
}
