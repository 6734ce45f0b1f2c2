package dev.kvcachepool.cachenode.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ScatteringByteChannel;
import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A connection's socket, and what others must know of it: whether its client lets it wait, whether it is between
 * requests. Read and written by the connection's own thread; {@link #verdict}, {@link #drain} and {@link #close} are for
 * anyone.
 */
public final class Wire implements AutoCloseable {
    private static final int REQUESTS_A_TURN = 16;

    private final ScatteringByteChannel from;
    private final GatheringByteChannel to;
    private final ProtocolCounters counters;
    private final LongSupplier nanoClock;
    private final Patience patience;
    private final int mostAtOnce;
    private int requests;
    private boolean idle;
    private boolean draining;

    /**
     * Over a channel in blocking mode, which it closes.
     *
     * @param grace how long the client may stall within a request
     */
    public <C extends ScatteringByteChannel & GatheringByteChannel> Wire(
            C channel, ProtocolCounters counters, Duration grace, LongSupplier nanoClock) {
        this.from = channel;
        this.to = channel;
        this.counters = counters;
        this.nanoClock = nanoClock;
        this.patience = new Patience(grace);
        this.mostAtOnce = patience.mostAtOnce();
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
        int read = from.read(into);
        counters.bytesIn.add(Math.max(read, 0));
        return becomeIdle(false) || read > 0 ? read : -1;
    }

    /** Reads what has come already, without waiting: 0 where nothing has, −1 where nothing will any more. */
    int readNow(ByteBuffer into) {
        if (!(from instanceof SelectableChannel channel)) {
            return 0;
        }
        try {
            channel.configureBlocking(false);
            try {
                int read = from.read(into);
                counters.bytesIn.add(Math.max(read, 0));
                return read;
            } finally {
                channel.configureBlocking(true);
            }
        } catch (IOException e) {
            return -1;
        }
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

    @Override
    public void close() {
        try {
            from.close();
        } catch (IOException e) {
            // Its file descriptor is gone either way.
        }
    }
}
