package dev.kvcachepool.cachenode.net;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** Where connections come in: a port or a path. Thread-safe. */
public interface Listener extends AutoCloseable {

    /** Whether connections are accepted. */
    boolean isOpen();

    /**
     * Waits for the next connection.
     *
     * @return in blocking mode, set up for this kind of socket; owned by the caller
     * @throws java.nio.channels.ClosedChannelException once closed
     */
    SocketChannel accept() throws IOException;

    /** Accepts no more. */
    @Override
    void close();
}
