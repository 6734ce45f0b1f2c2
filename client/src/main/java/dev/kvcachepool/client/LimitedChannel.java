package dev.kvcachepool.client;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A connection over a Unix socket with a limit to each wait, which Java's own have none of. Used by one thread at a time. */
final class LimitedChannel implements AutoCloseable {
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final Duration limit;

    private LimitedChannel(SocketChannel channel, Selector selector, Duration limit) throws IOException {
        this.channel = channel;
        this.selector = selector;
        this.key = channel.register(selector, SelectionKey.OP_READ);
        this.limit = limit;
    }

    static LimitedChannel connect(UnixDomainSocketAddress address, Duration limit) throws IOException {
        var channel = connected(address, limit);
        Selector selector = null;
        try {
            selector = Selector.open();
            return new LimitedChannel(channel, selector, limit);
        } catch (IOException | RuntimeException e) {
            channel.close();
            if (selector != null) {
                selector.close();
            }
            throw e;
        }
    }

    /** A Unix socket whose queue is full refuses at once one who can't wait: only another try finds room. */
    private static SocketChannel connected(UnixDomainSocketAddress address, Duration limit) throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.configureBlocking(false);
                if (channel.connect(address)) {
                    return channel;
                }
            } catch (IOException | RuntimeException e) {
                channel.close();
                if (!isFull(e)) {
                    throw e;
                }
            }
            channel.close();
            requireNoInterrupt();
            if (System.nanoTime() - end >= 0) {
                throw new SocketTimeoutException("the node takes no connection");
            }
            LockSupport.parkNanos(RETRY_NANOS);
        }
    }

    /** EAGAIN, of which the JDK has no other sign than the system's words. */
    private static boolean isFull(Exception error) {
        return error instanceof SocketException
                && error.getMessage() != null
                && error.getMessage().contains("temporarily unavailable");
    }

    /** Some bytes; −1 when there will be none any more. */
    int read(ByteBuffer into) throws IOException {
        int read = channel.read(into);
        while (read == 0) {
            await("the node does not answer any more");
            read = channel.read(into);
        }
        return read;
    }

    /** Writes some of what is left. */
    void write(ByteBuffer... from) throws IOException {
        if (channel.write(from) > 0) {
            return;
        }
        key.interestOps(SelectionKey.OP_WRITE);
        await("the node takes nothing any more");
        key.interestOps(SelectionKey.OP_READ);
    }

    private void await(String otherwise) throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        while (selector.select(ready -> {}, millisUntil(end)) == 0) {
            if (Thread.currentThread().isInterrupted()) {
                channel.close();
                requireNoInterrupt();
            }
            if (System.nanoTime() - end >= 0) {
                throw new SocketTimeoutException(otherwise);
            }
        }
    }

    private static void requireNoInterrupt() throws ClosedByInterruptException {
        if (Thread.currentThread().isInterrupted()) {
            throw new ClosedByInterruptException();
        }
    }

    /** At least one: none would be for ever. */
    private static long millisUntil(long end) {
        return Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()));
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            selector.close();
        }
    }
}
