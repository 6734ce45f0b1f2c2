package dev.kvcachepool.cachenode.net;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** A Unix socket at a path that is bound; whoever may write the file may connect. */
public final class ListeningPath implements Listener {
    /** The system's limit of a socket's name, less the zero behind it. */
    public static final int MAX_BYTES = 107;

    private final ServerSocketChannel channel;
    private final Path path;

    /**
     * Binds, in place of a socket whose process is gone.
     *
     * @param path of at most {@link #MAX_BYTES}, in a folder that is there
     * @param permissions that the file gets
     * @throws IOException whose message says why the path can't be bound: also where another process listens there, or
     *     another kind of file is in the way
     */
    public ListeningPath(Path path, Set<PosixFilePermission> permissions) throws IOException {
        this.path = path;
        prepare(path);
        this.channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(UnixDomainSocketAddress.of(path), ListeningPort.BACKLOG);
            Files.setPosixFilePermissions(path, permissions);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Makes a path free to be bound.
     *
     * @throws IOException whose message says why it can't be
     */
    static void prepare(Path path) throws IOException {
        if (path.toString().getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new IOException("'" + path + "' is longer than " + MAX_BYTES + " bytes");
        }
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        boolean isSocket = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther();
        if (!isSocket) {
            throw new IOException("'" + path + "' is there and no socket");
        }
        try (var _ = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            throw new IOException("another process listens at '" + path + "'");
        } catch (ConnectException e) {
            Files.deleteIfExists(path);
        }
    }

    /** Where it listens. */
    public Path path() {
        return path;
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public SocketChannel accept() throws IOException {
        return channel.accept();
    }

    @Override
    public void close() {
        if (!channel.isOpen()) {
            return;
        }
        try {
            channel.close();
            Files.deleteIfExists(path);
        } catch (IOException e) {
            // The next process finds a socket that nobody listens at, and removes it.
        }
    }
}
