package dev.kvcachepool.cachenode.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;

/** A port that is bound, from which connections are accepted. */
public final class ListeningPort implements AutoCloseable {
    private static final int BACKLOG = 1024;

    private final ServerSocketChannel channel;
    private final int number;

    /**
     * Binds.
     *
     * @param address port 0 for any free one
     * @throws IOException when the address can't be bound
     */
    public ListeningPort(InetSocketAddress address) throws IOException {
        this.channel = ServerSocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(address, BACKLOG);
            this.number = ((InetSocketAddress) channel.getLocalAddress()).getPort();
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Tries whether a port can be bound.
     *
     * @param flag that named the port, for the message
     * @throws IOException whose message is a line for the user
     */
    public static void requireFree(String host, int port, String flag) throws IOException {
        try (var _ = new ListeningPort(new InetSocketAddress(host, port))) {
            // It can.
        } catch (IOException | UnresolvedAddressException e) {
            throw new IOException(
                    flag + " " + port + ": cannot listen on " + host + ":" + port + " ("
                            + (e.getMessage() == null ? "unknown address" : e.getMessage()) + ")",
                    e);
        }
    }

    /** The port that was bound. */
    public int number() {
        return number;
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    SocketChannel accept() throws IOException {
        return channel.accept();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // Its file descriptor is gone either way.
        }
    }
}
