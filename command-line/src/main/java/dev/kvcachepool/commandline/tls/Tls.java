package dev.kvcachepool.commandline.tls;

import dev.kvcachepool.commandline.secret.WatchedFile;
import dev.kvcachepool.commandline.secret.WatchedFile.Source;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;

/**
 * How a program of a pool speaks TLS 1.3 or 1.2, by files that are followed as they change: what they say holds for
 * connections that begin from then on, and those that are open go on. Thread-safe; never shows a key.
 *
 * <p>Nodes show each other their certificates, and believe those that the pool's authorities vouch for and that have a
 * node's name ({@link NodeNames}). The address that was dialled plays no part.
 */
public final class Tls {
    /** The flag of the certificate; all files are told of under it. */
    public static final String CERTIFICATE_FLAG = "--tls-certificate";

    /** The flag of its key. */
    public static final String KEY_FLAG = "--tls-key";

    /** The flag of the authorities. */
    public static final String AUTHORITIES_FLAG = "--tls-ca";

    private static final int MAX_FILE = 1 << 20;
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private final WatchedFile<Identity> files;
    private final NodeNames nodes;
    private final boolean clientsShow;
    private final RecordBuffers buffers = new RecordBuffers();

    /**
     * Reads the files.
     *
     * @param certificate PEM: the program's own, and those between it and an authority
     * @param key PEM: its key, in PKCS#8
     * @param authorities PEM: who vouches for others
     * @param self the node that others must know this program as by its certificate; null where it is none
     * @param clientsShow whether clients without a certificate are refused; nodes show theirs anyway
     * @throws IllegalArgumentException with a line for the user
     */
    public Tls(
            Path certificate, Path key, Path authorities, NodeNames nodes, @Nullable String self, boolean clientsShow) {
        this.nodes = nodes;
        this.clientsShow = clientsShow;
        var sources = new Identity.Files(
                new Source(CERTIFICATE_FLAG, certificate, MAX_FILE),
                new Source(KEY_FLAG, key, MAX_FILE),
                new Source(AUTHORITIES_FLAG, authorities, MAX_FILE));
        this.files = new WatchedFile<>(sources.all(), contents -> {
            var identity = Identity.of(sources, contents);
            if (self != null && !nodes.allow(identity.names(), self)) {
                throw sources.certificate()
                        .wrong("has none of the DNS names " + nodes.wanted(self)
                                + ", by which other nodes know this one");
            }
            return identity;
        });
    }

    /** To be watched. */
    public WatchedFile<?> files() {
        return files;
    }

    /** From when on the certificate that is shown now holds. */
    public Instant notBefore() {
        return files.value().notBefore();
    }

    /** When the certificate that is shown now expires. */
    public Instant notAfter() {
        return files.value().notAfter();
    }

    /**
     * What a server of somebody else's making shows, which asks for it in each handshake: always what holds then.
     *
     * @param tls asked for in handshakes only
     */
    public static X509KeyManager keys(Supplier<Tls> tls) {
        return new CurrentKeys(() -> tls.get().files.value().keys());
    }

    /**
     * For a client of HTTPS: it believes whom the authorities vouch for, and shows the certificate where it is asked to. What
     * it is holds for as long as the files say the same; another one is returned from then on.
     */
    public SSLContext context() {
        return files.value().context();
    }

    /** A connection that came in, in blocking mode, before its handshake; it owns the socket. */
    public TlsChannel accept(SocketChannel socket) {
        var engine = files.value().context().createSSLEngine();
        engine.setUseClientMode(false);
        if (clientsShow) {
            engine.setNeedClientAuth(true);
        } else {
            engine.setWantClientAuth(true);
        }
        return channel(socket, engine, null);
    }

    /**
     * A connection to the node {@code id}, in blocking mode, before its handshake; it owns the socket.
     *
     * @param host and {@code port} that were dialled, by which sessions are resumed
     */
    public TlsChannel connect(SocketChannel socket, String id, String host, int port) {
        var engine = files.value().context().createSSLEngine(host, port);
        engine.setUseClientMode(true);
        return channel(socket, engine, id);
    }

    /**
     * A connection to the node {@code id} for a caller of sockets, which has shaken hands: it owns {@code socket}, whose
     * limits to waits it takes over.
     *
     * @throws javax.net.ssl.SSLException where the sides refuse one another, or the node is another
     */
    public SSLSocket connect(Socket socket, String id, String host, int port) throws IOException {
        var secure = (SSLSocket) files.value().context().getSocketFactory().createSocket(socket, host, port, true);
        secure.setEnabledProtocols(PROTOCOLS);
        secure.startHandshake();
        if (!nodes.allow(NodeNames.of(secure.getSession()), id)) {
            throw nodes.refusal(id);
        }
        return secure;
    }

    private TlsChannel channel(SocketChannel socket, SSLEngine engine, @Nullable String id) {
        engine.setEnabledProtocols(PROTOCOLS);
        return new TlsChannel(socket, engine, buffers, nodes, id);
    }

    /**
     * Reads now what has come of a socket or of TLS over one, without waiting: 0 where nothing has, −1 where nothing will any
     * more. The channel is in blocking mode before and afterwards.
     */
    public static int readNow(ReadableByteChannel channel, ByteBuffer into) {
        try {
            return switch (channel) {
                case TlsChannel secure -> secure.readNow(into);
                case SocketChannel socket -> readNow(socket, into);
                default -> 0;
            };
        } catch (IOException e) {
            return -1;
        }
    }

    private static int readNow(SocketChannel socket, ByteBuffer into) throws IOException {
        socket.configureBlocking(false);
        try {
            return socket.read(into);
        } finally {
            socket.configureBlocking(true);
        }
    }

    @Override
    public String toString() {
        return "Tls[" + files + "]";
    }
}
