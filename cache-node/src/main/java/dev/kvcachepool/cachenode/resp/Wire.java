package dev.kvcachepool.cachenode.resp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.function.LongSupplier;

/**
 * A connection's socket, and what others must know of it: whether its client lets it wait, whether it is between
 * requests. Read and written by the connection's own thread; {@link #waited}, {@link #drain} and {@link #close} are for
 * anyone.
 */
final class Wire implements AutoCloseable {
    private static final long NOT_WAITING = 0;

    private final SocketChannel channel;
    private final RespCounters counters;
    private final LongSupplier nanoClock;
    /** Since when a read or write in the middle of a request has not moved on. */
    private volatile long waitingSince = NOT_WAITING;

    private boolean idle;
    private boolean draining;

    Wire(SocketChannel channel, RespCounters counters, LongSupplier nanoClock) {
        this.channel = channel;
        this.counters = counters;
        this.nanoClock = nanoClock;
    }

    /** Reads what is there, waiting for at least a byte; −1 at the end. */
    long read(ByteBuffer[] into, int count) throws IOException {
        waitingSince = now();
        long read = channel.read(into, 0, count);
        waitingSince = NOT_WAITING;
        counters.bytesIn.add(Math.max(read, 0));
        return read;
    }

    /** As {@link #read}, between requests: takes as long as the client likes. */
    int readIdle(ByteBuffer into) throws IOException {
        if (!becomeIdle(true)) {
            return -1;
        }
        int read = channel.read(into);
        counters.bytesIn.add(Math.max(read, 0));
        return becomeIdle(false) || read > 0 ? read : -1;
    }

    /** Writes all that {@code count} buffers hold. */
    void write(ByteBuffer[] from, int count) throws IOException {
        int done = 0;
        while (done < count) {
            waitingSince = now();
            counters.bytesOut.add(channel.write(from, done, count - done));
            waitingSince = NOT_WAITING;
            while (done < count && !from[done].hasRemaining()) {
                done++;
            }
        }
    }

    /** Nanoseconds that the client has let this connection wait in the middle of a request; 0 when it does not. */
    long waited() {
        long since = waitingSince;
        return since == NOT_WAITING ? 0 : Math.max(0, nanoClock.getAsLong() - since);
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
            channel.close();
        } catch (IOException e) {
            // Its file descriptor is gone either way.
        }
    }

    private long now() {
        long now = nanoClock.getAsLong();
        return now == NOT_WAITING ? 1 : now;
    }
}
