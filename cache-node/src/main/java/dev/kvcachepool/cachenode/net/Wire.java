package dev.kvcachepool.cachenode.net;

import dev.kvcachepool.commandline.tls.Tls;
import dev.kvcachepool.commandline.tls.TlsChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ScatteringByteChannel;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * A connection's socket, and what others must know of it: whether its client lets it wait, whether it is between
 * requests. Read and written by the connection's own thread; {@link #verdict}, {@link #drain} and {@link #close} are for
 * anyone.
 */
public final class Wire implements AutoCloseable {
    private static final int REQUESTS_A_TURN = 16;
    private static final long LONGEST_HANDSHAKE_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long NO_HANDSHAKE = 0;

    private final ScatteringByteChannel from;
    private final GatheringByteChannel to;
    private final ProtocolCounters counters;
    private final LongSupplier nanoClock;
    private final Patience patience;
    private final Predicate<String> nodes;
    private final long handshakeNanos;
    private final int mostAtOnce;
    private int requests;
    private boolean idle;
    private boolean draining;
    private volatile long handshakeSince = NO_HANDSHAKE;

    /** As the other, of a client that is believed whichever node it says to be. */
    public <C extends ScatteringByteChannel & GatheringByteChannel> Wire(
            C channel, ProtocolCounters counters, Duration grace, LongSupplier nanoClock) {
        this(channel, counters, grace, nanoClock, id -> true);
    }

    /**
     * Over a channel in blocking mode, which it closes.
     *
     * @param grace how long the client may stall within a request
     * @param nodes which nodes the client may say to be
     */
    <C extends ScatteringByteChannel & GatheringByteChannel> Wire(
            C channel, ProtocolCounters counters, Duration grace, LongSupplier nanoClock, Predicate<String> nodes) {
        this.nodes = nodes;
        this.handshakeNanos = Math.min(grace.toNanos(), LONGEST_HANDSHAKE_NANOS);
        this.from = channel;
        this.to = channel;
        this.counters = counters;
        this.nanoClock = nanoClock;
        this.patience = new Patience(grace);
        this.mostAtOnce = patience.mostAtOnce();
    }

    /**
     * Begins: where there is TLS, with its handshake, for which the client has ten seconds, or the grace where that is less.
     *
     * @throws IOException when the client is gone, was too slow, or one refuses the other
     */
    void open() throws IOException {
        if (!(from instanceof TlsChannel secure)) {
            return;
        }
        if (!becomeIdle(true)) {
            throw new ClosedChannelException();
        }
        long now = nanoClock.getAsLong();
        handshakeSince = now == NO_HANDSHAKE ? 1 : now;
        try {
            secure.handshake();
        } finally {
            handshakeSince = NO_HANDSHAKE;
            becomeIdle(false);
        }
    }

    boolean isSecure() {
        return from instanceof TlsChannel;
    }

    /** The client's address, for people. */
    String client() {
        return from instanceof TlsChannel secure ? secure.remote() : "an address";
    }

    /** Whether the client may say to be the node {@code id}. */
    public boolean isNode(String id) {
        return nodes.test(id);
    }

    /** A request begins, whose time is its own. */
    @SuppressWarnings(
            "ThreadPriorityCheck") // A virtual thread's yield is no hint: it goes behind those that are ready.
    void begin() {
        patience.renew();
        if (++requests % REQUESTS_A_TURN == 0 && Thread.currentThread().isVirtual()) {
            // Virtual threads take turns only where they wait, and a client that never lets us wait is not alone.
            Thread.yield();
        }
    }

    /** Reads what is there, waiting for at least a byte; −1 at the end. */
    long read(ByteBuffer[] into, int count) throws IOException {
        patience.waits(nanoClock.getAsLong());
        long read = from.read(into, 0, count);
        patience.moved(nanoClock.getAsLong(), Math.max(read, 0));
        counters.bytesIn.add(Math.max(read, 0));
        return read;
    }

    /** As {@link #read}, between requests: takes as long as the client likes. */
    int readIdle(ByteBuffer into) throws IOException {
        if (!becomeIdle(true)) {
            return -1;
        }
        int read = from instanceof TlsChannel secure ? readIdle(secure, into) : from.read(into);
        counters.bytesIn.add(Math.max(read, 0));
        return becomeIdle(false) || read > 0 ? read : -1;
    }

    /** Who has begun a record is in the middle of something: its rest must come in time. */
    private int readIdle(TlsChannel secure, ByteBuffer into) throws IOException {
        int read = secure.readOrBegin(into);
        if (read == 0) {
            patience.renew();
            patience.waits(nanoClock.getAsLong());
            read = secure.read(into);
            patience.moved(nanoClock.getAsLong(), Math.max(read, 0));
        }
        return read;
    }

    /** Reads what has come already, without waiting: 0 where nothing has, −1 where nothing will any more. */
    int readNow(ByteBuffer into) {
        int read = Tls.readNow(from, into);
        counters.bytesIn.add(Math.max(read, 0));
        return read;
    }

    /** Writes all that {@code count} buffers hold. */
    void write(ByteBuffer[] buffers, int count) throws IOException {
        int first = 0;
        while (first < count) {
            int last = first;
            long bytes = buffers[first].remaining();
            while (bytes < mostAtOnce && last + 1 < count) {
                bytes += buffers[++last].remaining();
            }
            int limit = buffers[last].limit();
            buffers[last].limit(limit - Math.toIntExact(Math.max(bytes - mostAtOnce, 0)));
            writeSome(buffers, first, last + 1 - first);
            buffers[last].limit(limit);
            while (first < count && !buffers[first].hasRemaining()) {
                first++;
            }
        }
    }

    private void writeSome(ByteBuffer[] buffers, int first, int count) throws IOException {
        patience.waits(nanoClock.getAsLong());
        long written = to.write(buffers, first, count);
        patience.moved(nanoClock.getAsLong(), written);
        counters.bytesOut.add(written);
    }

    /** What the client's pace deserves. */
    Patience.Verdict verdict() {
        long since = handshakeSince;
        if (since != NO_HANDSHAKE && nanoClock.getAsLong() - since > handshakeNanos) {
            return Patience.Verdict.STALLED;
        }
        return patience.verdict(nanoClock.getAsLong());
    }

    /** Ends the connection at the end of its request, or now when it is between requests. */
    synchronized void drain() {
        draining = true;
        if (idle) {
            close();
        }
    }

    synchronized boolean draining() {
        return draining;
    }

    /** False when draining: the connection is to end between requests. */
    private synchronized boolean becomeIdle(boolean nowIdle) {
        idle = nowIdle;
        return !draining;
    }

    /** Closes, by the connection's own thread and once: where there is TLS with a word to the client, as far as it takes it. */
    void end() {
        if (from instanceof TlsChannel secure) {
            secure.end();
        }
        close();
    }

    @Override
    public void close() {
        try {
            from.close();
        } catch (IOException e) {
            // Its file descriptor is gone either way.
        }
    }
}
