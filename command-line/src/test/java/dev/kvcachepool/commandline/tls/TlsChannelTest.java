package dev.kvcachepool.commandline.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvcachepool.commandline.certificate.Issued;
import dev.kvcachepool.commandline.secret.WatchedFile.Look;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** TLS over sockets of this machine, both ends in this process. */
@Timeout(60)
class TlsChannelTest extends TlsEnds {
    private static final Issued OTHER = Issued.authority("other", InstantSource.system());

    @Test
    void bothSidesKnowWhichNodesTheOtherMayBe() throws Exception {
        // Given, when
        var pair = agreed(
                tls("client", TlsFolder.AUTHORITY, "p-1." + TlsFolder.DOMAIN),
                tls("server", TlsFolder.AUTHORITY, NODE));

        // Then
        assertThat(pair.server().isNode("p-1")).isTrue();
        assertThat(pair.server().isNode("p-0")).isFalse();
        pair.client().write(bytes("question"));
        assertThat(read(pair.server())).isEqualTo("question");
        pair.server().write(bytes("answer"));
        assertThat(read(pair.client())).isEqualTo("answer");

        // When one ends
        pair.server().end();
        // Then the other reads the end
        assertThat(pair.client().read(ByteBuffer.allocate(10))).isEqualTo(-1);
        pair.end();
    }

    @Test
    void aNodeOfAnotherNameIsRefused() {
        assertThatThrownBy(() -> agreed(
                        tls("client", TlsFolder.AUTHORITY, NODE),
                        tls("server", TlsFolder.AUTHORITY, "engine", "p-1." + TlsFolder.DOMAIN)))
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("its certificate has none of the names p-0." + TlsFolder.DOMAIN);
    }

    @Test
    void anotherAuthoritysCertificateIsRefused() {
        assertThatThrownBy(() -> agreed(tls("client", TlsFolder.AUTHORITY, NODE), tls("server", OTHER, NODE)))
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("PKIX");
    }

    @Test
    void aClientOfAnotherAuthorityIsRefusedAndTold() throws Exception {
        // Given a client that believes the server, which does not believe it, and must
        var client = TlsFolder.of(folder.resolve("client"), OTHER, NODE);
        client.write("ca.crt", OTHER.certificatePem() + TlsFolder.AUTHORITY.certificatePem());
        var accepting = TlsFolder.of(folder.resolve("server"), TlsFolder.AUTHORITY, NODE)
                .tls(true)
                .accept(far);
        var shaken = meanwhile(() -> {
            accepting.handshake();
            return accepting;
        });

        // When
        var connecting = client.tls().connect(near, "p-0", "127.0.0.1", 1);
        // Then it hears of it at the latest when it reads
        assertThatThrownBy(() -> {
                    connecting.handshake();
                    connecting.read(ByteBuffer.allocate(10));
                })
                .isInstanceOf(SSLException.class)
                .hasMessageMatching(".*(certificate|handshake).*");
        assertThatThrownBy(shaken::get).hasCauseInstanceOf(SSLException.class);
    }

    @Test
    void whoShowsNothingIsRefusedWhereClientsMust() throws Exception {
        // Given
        var files = TlsFolder.of(folder.resolve("server"), TlsFolder.AUTHORITY, NODE);
        for (boolean must : List.of(true, false)) {
            near = connected();
            far = accepted();
            var accepting = files.tls(must).accept(far);
            var shaken = meanwhile(() -> {
                accepting.handshake();
                accepting.write(bytes("hello"));
                return accepting;
            });

            // When
            var heard = meanwhile(() -> anonymous(near, "TLSv1.3"));

            // Then
            if (must) {
                assertThatThrownBy(shaken::get).hasCauseInstanceOf(SSLException.class);
                assertThatThrownBy(heard::get).hasCauseInstanceOf(IOException.class);
            } else {
                assertThat(heard.get()).isEqualTo("hello");
                assertThat(shaken.get().isNode("p-0")).isFalse();
            }
        }
    }

    /** What a client of the JDK's hears that shows no certificate. */
    private static String anonymous(SocketChannel socket, String protocol) throws Exception {
        try (var secure = anonymousSocket(socket, protocol)) {
            return new String(secure.getInputStream().readNBytes(5), StandardCharsets.UTF_8);
        }
    }

    private static SSLSocket anonymousSocket(SocketChannel socket, String protocol) throws Exception {
        var context = SSLContext.getInstance("TLS");
        var trust = javax.net.ssl.TrustManagerFactory.getInstance("PKIX");
        var store = java.security.KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("authority", TlsFolder.AUTHORITY.certificate());
        trust.init(store);
        context.init(null, trust.getTrustManagers(), null);
        var secure = (SSLSocket) context.getSocketFactory().createSocket(socket.socket(), "server", 1, true);
        secure.setEnabledProtocols(new String[] {protocol});
        secure.startHandshake();
        return secure;
    }

    @Test
    void nobodyMayShakeHandsAgainInTls12() throws Exception {
        // Given
        var accepting = tls("server", TlsFolder.AUTHORITY, NODE).accept(far);
        var read = meanwhile(() -> {
            accepting.handshake();
            return accepting.read(ByteBuffer.allocate(10));
        });
        try (var client = anonymousSocket(near, "TLSv1.2")) {
            // When
            var again = meanwhile(() -> {
                client.startHandshake();
                return client.getInputStream().read();
            });
            // Then
            assertThatThrownBy(read::get).hasCauseInstanceOf(SSLException.class);
            accepting.end();
            assertThatThrownBy(again::get).isInstanceOf(ExecutionException.class);
        }
    }

    @Test
    void plainTextIsToldFromTls() throws Exception {
        // Given
        var accepting = tls("server", TlsFolder.AUTHORITY, NODE).accept(far);
        // When
        near.write(bytes("*1\r\n$4\r\nPING\r\n"));
        // Then
        assertThatThrownBy(accepting::handshake).isInstanceOf(PlainTextException.class);
        accepting.end();

        // When a node answers in plain text
        near = connected();
        far = accepted();
        far.write(bytes("-ERR too many\r\n"));
        var connecting = tls("client", TlsFolder.AUTHORITY, NODE).connect(near, "p-0", "127.0.0.1", 1);
        // Then
        assertThatThrownBy(connecting::handshake).isInstanceOf(PlainTextException.class);
    }

    @Test
    void aHandshakeThatIsNotEndedEndsWhenTheChannelIsClosed() throws Exception {
        // Given who sends the beginning of a record
        var accepting = tls("server", TlsFolder.AUTHORITY, NODE).accept(far);
        near.write(ByteBuffer.wrap(new byte[] {0x16, 3, 1, 2, 0, 1}));
        var shaken = meanwhile(() -> {
            accepting.handshake();
            return accepting;
        });
        // When
        accepting.close();
        // Then
        assertThatThrownBy(shaken::get).hasCauseInstanceOf(IOException.class);
    }

    @Test
    void halfARecordIsTheBeginningOfSomething() throws Exception {
        // Given records that pass through hands which hold the last byte back
        var pair = agreed(tls("client", TlsFolder.AUTHORITY, NODE), tls("server", TlsFolder.AUTHORITY, NODE));
        var record = encrypted(pair.client(), "request");

        // When
        near.write(record.limit(record.capacity() - 1));
        // Then
        var into = ByteBuffer.allocate(100);
        assertThat(pair.server().readOrBegin(into)).isZero();
        assertThat(Tls.readNow(pair.server(), into)).isZero();

        // When
        near.write(record.limit(record.capacity()));
        // Then
        assertThat(pair.server().read(into)).isEqualTo("request".length());
        pair.end();
    }

    @Test
    void aBrokenRecordLeavesNothingLent() throws Exception {
        // Given
        var pair = agreed(tls("client", TlsFolder.AUTHORITY, NODE), tls("server", TlsFolder.AUTHORITY, NODE));
        var record = encrypted(pair.client(), "request");
        record.put(record.capacity() - 1, (byte) ~record.get(record.capacity() - 1));
        near.write(record);

        // When, then
        assertThatThrownBy(() -> pair.server().read(ByteBuffer.allocate(1))).isInstanceOf(SSLException.class);
        pair.end();
        assertThat(lent(pair.server())).isZero();
    }

    /** What a channel would send. */
    private static ByteBuffer encrypted(TlsChannel from, String text) throws IOException {
        var out = ByteBuffer.allocate(RecordBuffers.ONE);
        from.encrypt(new ByteBuffer[] {bytes(text)}, 0, 1, out);
        return ByteBuffer.wrap(java.util.Arrays.copyOf(out.array(), out.position()));
    }

    @Test
    void whatHasComeIsReadWithoutWaiting() throws Exception {
        // Given
        var pair = agreed(tls("client", TlsFolder.AUTHORITY, NODE), tls("server", TlsFolder.AUTHORITY, NODE));
        var into = ByteBuffer.allocate(100);
        assertThat(Tls.readNow(pair.server(), into)).isZero();
        // And, at the client's side, a session's ticket that is no data
        assertThat(Tls.readNow(pair.client(), into)).isZero();

        // When
        pair.client().write(bytes("some"));
        // Then
        int read = 0;
        while (read == 0) {
            read = Tls.readNow(pair.server(), into);
        }
        assertThat(read).isEqualTo(4);
        assertThat(far.isBlocking()).isTrue();

        // When
        pair.client().end();
        // Then
        while (read >= 0) {
            read = Tls.readNow(pair.server(), into);
        }
        assertThat(read).isEqualTo(-1);
        pair.end();
    }

    @Test
    void bytesComeInOrderWhateverTheBuffers() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("TlsChannelTest seed " + seed);
        var random = new Random(seed);
        // Given
        var pair = agreed(tls("client", TlsFolder.AUTHORITY, NODE), tls("server", TlsFolder.AUTHORITY, NODE));
        var sent = new byte[8 << 20];
        random.nextBytes(sent);

        // When
        var writing = meanwhile(() -> {
            write(pair.client(), sent, new Random(seed + 1));
            return null;
        });
        var received = readAll(pair.server(), sent.length, random);
        writing.get();

        // Then
        assertThat(received).isEqualTo(sent);
        pair.end();
        assertThat(lent(pair.server())).isZero();
        assertThat(lent(pair.client())).isZero();
    }

    private static int lent(TlsChannel channel) {
        return channel.buffers().lent();
    }

    private static void write(TlsChannel to, byte[] bytes, Random random) throws IOException {
        for (int at = 0; at < bytes.length; ) {
            var parts = new ByteBuffer[1 + random.nextInt(5)];
            for (int i = 0; i < parts.length; i++) {
                int size = Math.min(bytes.length - at, random.nextInt(1 << random.nextInt(1, 20)));
                parts[i] = random.nextBoolean()
                        ? ByteBuffer.wrap(bytes, at, size)
                        : ByteBuffer.allocateDirect(size).put(bytes, at, size).flip();
                at += size;
            }
            to.write(parts, 0, parts.length);
        }
    }

    private static byte[] readAll(TlsChannel from, int size, Random random) throws IOException {
        var received = ByteBuffer.allocate(size);
        while (received.hasRemaining()) {
            var first = ByteBuffer.allocateDirect(1 + random.nextInt(1 << random.nextInt(1, 18)));
            var second = ByteBuffer.allocate(random.nextInt(20_000));
            long read = switch (random.nextInt(4)) {
                case 0 -> from.readOrBegin(first);
                case 1 -> Tls.readNow(from, first);
                case 2 -> from.read(first);
                default -> from.read(new ByteBuffer[] {first, second}, 0, 2);
            };
            assertThat(read).isEqualTo(first.position() + second.position());
            received.put(first.flip()).put(second.flip());
        }
        return received.array();
    }

    @Test
    void connectionsGoOnWhenTheCertificateIsReplaced() throws Exception {
        // Given
        var files = TlsFolder.of(folder.resolve("server"), TlsFolder.AUTHORITY, NODE);
        var server = files.tls();
        var client = tls("client", TlsFolder.AUTHORITY, NODE);
        var before = agreed(client, server);

        // When the server's certificate is one of another name
        files.put(
                TlsFolder.AUTHORITY,
                TlsFolder.AUTHORITY.issue(
                        List.of("other"), Instant.now(), Instant.now().plus(Duration.ofDays(1))));
        assertThat(server.files().look()).isEqualTo(Look.APPLIED);

        // Then who is connected goes on, and who comes anew sees it, even with a session of before
        before.client().write(bytes("question"));
        assertThat(read(before.server())).isEqualTo("question");
        before.end();
        near = connected();
        far = accepted();
        assertThatThrownBy(() -> agreed(client, server)).hasMessageContaining("none of the names");
    }
}
