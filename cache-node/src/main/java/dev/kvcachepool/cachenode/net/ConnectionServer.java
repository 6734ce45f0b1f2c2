package dev.kvcachepool.cachenode.net;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import jdk.net.ExtendedSocketOptions;

/**
 * Serves a protocol's clients: one port, one platform thread a connection. Thread-safe.
 *
 * <p>Bound when made, serving from {@link #start}; a closed server does not come back.
 */
public class ConnectionServer implements AutoCloseable {
    /** Deep enough for every command; 2,048 connections don't reserve gigabytes of stacks. */
    private static final long STACK_BYTES = 512 << 10;

    private static final long ACCEPT_PAUSE_NANOS = 20_000_000;
    private static final long LONGEST_SWEEP_MILLIS = 1000;
    /** A client whose machine is gone is asked after a minute of silence, and given up two minutes later. */
    private static final int KEEP_ALIVE_IDLE_SECONDS = 60;

    private static final int KEEP_ALIVE_INTERVAL_SECONDS = 20;
    private static final int KEEP_ALIVE_COUNT = 6;

    private final ListeningPort port;
    private final Protocol protocol;
    private final ProtocolCounters counters;
    private final ConnectionLimit limit;
    private final Duration clientTimeout;
    private final LongSupplier nanoClock;
    private final Set<Wire> wires = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private long lastId;

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

    /** Whether connections are accepted. */
    public final boolean isListening() {
        return port.isOpen();
    }

    /** Accepts connections from now on. */
    public final void start() {
        Thread.ofPlatform().name(protocol.name() + "-accept").start(this::accept);
        Thread.ofPlatform().daemon().name(protocol.name() + "-sweeper").start(this::sweepOften);
    }

    private void accept() {
        while (port.isOpen()) {
            try {
                admit(port.accept());
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException | OutOfMemoryError e) {
                // Out of file descriptors or threads for now: those who are connected go on.
                counters.rejected.increment();
                LockSupport.parkNanos(ACCEPT_PAUSE_NANOS);
            }
        }
    }

    /** Called by the accepting thread only. */
    private void admit(SocketChannel channel) {
        if (!limit.enter()) {
            counters.rejected.increment();
            refuse(channel);
            return;
        }
        var wire = new Wire(channel, counters, clientTimeout, nanoClock);
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            keepAlive(channel);
        } catch (IOException e) {
            limit.leave();
            wire.close();
            return;
        }
        counters.accepted.increment();
        counters.open.increment();
        wires.add(wire);
        long id = ++lastId;
        try {
            Thread.ofPlatform()
                    .daemon()
                    .name(protocol.name() + "-" + id)
                    .stackSize(STACK_BYTES)
                    .start(() -> serve(wire, id));
        } catch (OutOfMemoryError e) {
            ended(wire);
            throw e;
        }
    }

    private void refuse(SocketChannel channel) {
        try (channel) {
            channel.configureBlocking(false);
            channel.write(protocol.refusal());
            channel.shutdownOutput();
        } catch (IOException e) {
            // It is gone already.
        }
    }

    private static void keepAlive(SocketChannel channel) throws IOException {
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        if (channel.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
            channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, KEEP_ALIVE_IDLE_SECONDS);
            channel.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, KEEP_ALIVE_INTERVAL_SECONDS);
            channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, KEEP_ALIVE_COUNT);
        }
    }

    private void serve(Wire wire, long id) {
        try {
            protocol.serve(wire, id);
        } catch (IOException e) {
            // The client is gone, or was closed for stalling: its request ends here, whatever it held is freed.
        } finally {
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
            server.port.close();
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
        port.close();
        wires.forEach(Wire::close);
    }
}
