package dev.kvcachepool.cachenode.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import jdk.net.ExtendedSocketOptions;

/** A TCP port that is bound. */
public final class ListeningPort implements Listener {
    static final int BACKLOG = 1024;
    /** A client whose machine is gone is asked after a minute of silence, and given up two minutes later. */
    private static final int KEEP_ALIVE_IDLE_SECONDS = 60;

    private static final int KEEP_ALIVE_INTERVAL_SECONDS = 20;
    private static final int KEEP_ALIVE_COUNT = 6;

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

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public SocketChannel accept() throws IOException {
        var connection = channel.accept();
        try {
            connection.setOption(StandardSocketOptions.TCP_NODELAY, true);
            keepAlive(connection);
        } catch (IOException e) {
            // The client is gone already, which its first read will tell.
        }
        return connection;
    }

    private static void keepAlive(SocketChannel connection) throws IOException {
        connection.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        if (connection.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
            connection.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, KEEP_ALIVE_IDLE_SECONDS);
            connection.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, KEEP_ALIVE_INTERVAL_SECONDS);
            connection.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, KEEP_ALIVE_COUNT);
        }
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
