package dev.kvcachepool.cachenode.resp;

import dev.kvcachepool.cachenode.pool.Doors;
import dev.kvcachepool.cachenode.pool.LocalDoors;
import dev.kvcachepool.cachenode.store.BlockStore;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Serves a store to RESP clients: one port, one platform thread a connection. Thread-safe.
 *
 * <p>Bound when made, serving from {@link #start}; a closed server does not come back.
 */
public final class RespServer implements AutoCloseable {
    private static final int BACKLOG = 1024;
    /** Deep enough for every command; 2,048 connections don't reserve gigabytes of stacks. */
    private static final long STACK_BYTES = 512 << 10;

    private static final long ACCEPT_PAUSE_NANOS = 20_000_000;
    private static final long LONGEST_SWEEP_MILLIS = 1000;
    private static final byte[] FULL = "-ERR max number of clients reached\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ServerSocketChannel listening;
    private final int port;
    private final BlockStore store;
    private final Doors doors;
    private final RespSettings settings;
    private final LongSupplier nanoClock;
    private final CommandTable table;
    private final RespCounters counters = new RespCounters();
    private final Set<Wire> wires = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private long lastId;

    /**
     * Binds.
     *
     * @param address port 0 for any free one
     * @throws IOException when the address can't be bound
     */
    public RespServer(InetSocketAddress address, RespSettings settings, BlockStore store) throws IOException {
        this(address, settings, store, new LocalDoors(store), System::nanoTime);
    }

    /** Binds, for the keys behind {@code doors}; {@code store} is this node's own. */
    public RespServer(InetSocketAddress address, RespSettings settings, BlockStore store, Doors doors)
            throws IOException {
        this(address, settings, store, doors, System::nanoTime);
    }

    RespServer(InetSocketAddress address, RespSettings settings, BlockStore store, Doors doors, LongSupplier nanoClock)
            throws IOException {
        this.listening = ServerSocketChannel.open();
        try {
            listening.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listening.bind(address, BACKLOG);
            this.port = ((InetSocketAddress) listening.getLocalAddress()).getPort();
        } catch (IOException | RuntimeException e) {
            listening.close();
            throw e;
        }
        this.store = store;
        this.doors = doors;
        this.settings = settings;
        this.nanoClock = nanoClock;
        this.table = new CommandTable(settings.maxArguments());
        new KeyCommands(store).addTo(table);
        new Expiries(store).addTo(table);
        new ConnectionCommands(settings, doors).addTo(table);
        if (doors.knowsPeers()) {
            new PeerCommands(doors).addTo(table);
        }
        var info = new InfoText(store, counters, settings, port, wires::size);
        new ServerCommands(store, settings, info, port).addTo(table);
        counters.know(table.names());
    }

    /**
     * Tries whether a port can be bound.
     *
     * @param flag that named the port, for the message
     * @throws IOException whose message is a line for the user
     */
    public static void requireFree(String host, int port, String flag) throws IOException {
        try (var attempt = ServerSocketChannel.open()) {
            attempt.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            attempt.bind(new InetSocketAddress(host, port), BACKLOG);
        } catch (IOException | UnresolvedAddressException e) {
            throw new IOException(
                    flag + " " + port + ": cannot listen on " + host + ":" + port + " ("
                            + (e.getMessage() == null ? "unknown address" : e.getMessage()) + ")",
                    e);
        }
    }

    /** The port that was bound. */
    public int port() {
        return port;
    }

    /** Connections being served. */
    public int connections() {
        return wires.size();
    }

    public RespCounters counters() {
        return counters;
    }

    /** Whether connections are accepted. */
    public boolean isListening() {
        return listening.isOpen();
    }

    /** Accepts connections from now on. */
    public void start() {
        Thread.ofPlatform().name("resp-accept").start(this::accept);
        Thread.ofPlatform().daemon().name("resp-sweeper").start(this::sweepOften);
    }

    private void accept() {
        while (listening.isOpen()) {
            try {
                admit(listening.accept());
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
        var wire = new Wire(channel, counters, nanoClock);
        try {
            if (wires.size() >= settings.maxConnections()) {
                counters.rejected.increment();
                channel.configureBlocking(false);
                channel.write(ByteBuffer.wrap(FULL));
                channel.shutdownOutput();
                wire.close();
                return;
            }
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        } catch (IOException e) {
            wire.close();
            return;
        }
        counters.accepted.increment();
        wires.add(wire);
        long id = ++lastId;
        var connection = new RespConnection(wire, id, doors, table, settings, counters, () -> wires.remove(wire));
        try {
            Thread.ofPlatform()
                    .daemon()
                    .name("resp-" + id)
                    .stackSize(STACK_BYTES)
                    .start(connection);
        } catch (OutOfMemoryError e) {
            wires.remove(wire);
            wire.close();
            throw e;
        }
    }

    private void sweepOften() {
        long millis = Math.clamp(settings.clientTimeout().toMillis() / 4, 1, LONGEST_SWEEP_MILLIS);
        try {
            while (!closed.await(millis, TimeUnit.MILLISECONDS)) {
                sweep();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Closes clients that stall in the middle of something; lets the store tidy up. */
    void sweep() {
        for (var wire : wires) {
            if (wire.waited() > settings.clientTimeout().toNanos()) {
                counters.stalled.increment();
                wire.close();
            }
        }
        store.tidy();
        doors.tidy();
    }

    /**
     * Refuses new connections, ends idle ones, and lets running requests finish.
     *
     * @param atMost how long to wait for those; what is left then is closed
     */
    public void drain(Duration atMost) {
        stopListening();
        wires.forEach(Wire::drain);
        long end = System.nanoTime() + atMost.toNanos();
        try {
            while (!wires.isEmpty() && System.nanoTime() - end < 0) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close();
    }

    /** Closes all connections at once. */
    @Override
    public void close() {
        closed.countDown();
        stopListening();
        wires.forEach(Wire::close);
    }

    private void stopListening() {
        try {
            listening.close();
        } catch (IOException e) {
            // Its file descriptor is gone either way.
        }
    }
}
