package dev.kvcachepool.e2e.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A Unix socket before a cache-node's that stands in for a slow disk or network: what the node says comes at a rate, all
 * connections together, and what it is asked passes at once. A connection ends with either of its ends; closing the relay
 * ends none. Thread-safe.
 */
public final class SlowRelay implements AutoCloseable {
    /** Small, so that bytes come steadily, as from a network, and nobody who waits for some waits long. */
    private static final int SLICE = 16 << 10;

    private final Path path;
    private final UnixDomainSocketAddress target;
    private final double nanosPerByte;
    private final ServerSocketChannel listener;
    private long free = System.nanoTime();

    /**
     * Listens.
     *
     * @param path where, a file that does not exist
     * @param target of the node's socket
     * @param bytesPerSecond above zero
     */
    public SlowRelay(Path path, Path target, long bytesPerSecond) {
        this.path = path;
        this.target = UnixDomainSocketAddress.of(target);
        this.nanosPerByte = 1e9 / bytesPerSecond;
        try {
            this.listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            listener.bind(UnixDomainSocketAddress.of(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    /** The socket to connect to. */
    public Path path() {
        return path;
    }

    private void accept() {
        while (listener.isOpen()) {
            try {
                relay(listener.accept());
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void relay(SocketChannel client) throws IOException {
        SocketChannel node;
        try {
            node = SocketChannel.open(target);
        } catch (IOException e) {
            client.close(); // as one whose node is away
            return;
        }
        Thread.ofVirtual().start(() -> pump(client, node, false));
        Thread.ofVirtual().start(() -> pump(node, client, true));
    }

    private void pump(SocketChannel from, SocketChannel to, boolean slow) {
        try (from;
                to) {
            var slice = ByteBuffer.allocateDirect(SLICE);
            while (from.read(slice.clear()) >= 0) {
                slice.flip();
                if (slow) {
                    Thread.sleep(Duration.ofNanos(taken(slice.remaining()) - System.nanoTime()));
                }
                while (slice.hasRemaining()) {
                    to.write(slice);
                }
            }
        } catch (IOException e) {
            // One side is gone, and so is the other now.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** When so many bytes have passed after all that came before them, by {@link System#nanoTime}. */
    private synchronized long taken(int bytes) {
        long now = System.nanoTime();
        free = (free - now > 0 ? free : now) + (long) (bytes * nanosPerByte);
        return free;
    }

    @Override
    public void close() {
        try {
            listener.close();
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
