package dev.kvcachepool.commandline.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.kvcachepool.commandline.certificate.Issued;
import dev.kvcachepool.commandline.secret.WatchedFile.Look;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server of somebody else's making that shows a pool's certificate, and clients that know it by name. */
class HttpsTest {
    private static final String NAME = "p-router.serving.svc";

    @TempDir
    Path path;

    private TlsFolder folder;
    private Tls tls;
    private HttpsServer server;

    @BeforeEach
    void start() throws Exception {
        folder = TlsFolder.of(path, TlsFolder.AUTHORITY, "p.serving.svc", NAME);
        tls = folder.tls();
        var context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {Tls.keys(() -> tls)}, null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    /** The certificate that a client is shown by the server, by its address. */
    private X509Certificate shown(String authorities, String name) throws IOException, InterruptedException {
        var context = NamedServer.context(authorities.getBytes(StandardCharsets.US_ASCII), name);
        try (var client = HttpClient.newBuilder().sslContext(context).build()) {
            var answer = client.send(
                    HttpRequest.newBuilder(URI.create(
                                    "https://127.0.0.1:" + server.getAddress().getPort()))
                            .build(),
                    HttpResponse.BodyHandlers.discarding());
            return (X509Certificate) answer.sslSession().orElseThrow().getPeerCertificates()[0];
        }
    }

    @Test
    void whoConnectsAfterAChangeIsShownTheNewCertificate() throws Exception {
        // Given
        var authorities = TlsFolder.AUTHORITY.certificatePem();
        assertThat(shown(authorities, NAME).getNotAfter().toInstant()).isEqualTo(tls.notAfter());
        for (int days = 2; days <= 5; days++) {
            var next = TlsFolder.AUTHORITY.issue(
                    List.of(NAME), Instant.now(), Instant.now().plus(Duration.ofDays(days)));
            folder.put(TlsFolder.AUTHORITY, next);
            // When
            assertThat(tls.files().look()).isEqualTo(Look.APPLIED);
            // Then
            assertThat(shown(authorities, NAME)).isEqualTo(next.certificate());
        }
    }

    @Test
    void aHandshakeHasCertificateAndKeyOfOneTime() {
        // Given a handshake that has begun
        var keys = Tls.keys(() -> tls);
        var begun = keys.chooseServerAlias("EC", null, null);
        var certificate = keys.getCertificateChain(begun)[0];
        var key = keys.getPrivateKey(begun);
        // When files change, and another begins
        folder.put(
                TlsFolder.AUTHORITY,
                TlsFolder.AUTHORITY.issue(
                        List.of(NAME), Instant.now(), Instant.now().plus(Duration.ofDays(3))));
        assertThat(tls.files().look()).isEqualTo(Look.APPLIED);
        var later = keys.chooseServerAlias("EC", null, null);
        // Then
        assertThat(keys.getPrivateKey(begun)).isSameAs(key).isNotEqualTo(keys.getPrivateKey(later));
        assertThat(keys.getCertificateChain(begun)[0]).isEqualTo(certificate);
        assertThat(keys.getCertificateChain(later)[0]).isNotEqualTo(certificate);
        // And there is none for other kinds of keys, or for what nobody chose
        assertThat(keys.chooseServerAlias("RSA", null, null)).isNull();
        assertThat(keys.getPrivateKey("7:own")).isNull();
        assertThat(keys.getPrivateKey("own")).isNull();
    }

    @Test
    void anotherNameOrAnotherAuthorityIsNotBelieved() {
        var other = Issued.authority("other", InstantSource.system()).certificatePem();
        var authorities = TlsFolder.AUTHORITY.certificatePem();

        assertThatThrownBy(() -> shown(authorities, "q-router.serving.svc"))
                .isInstanceOf(SSLHandshakeException.class)
                .hasMessageContaining("has not the name q-router.serving.svc");
        assertThatThrownBy(() -> shown(other, NAME)).isInstanceOf(SSLHandshakeException.class);
        assertThatThrownBy(() -> shown("", NAME))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has 0 certificates in PEM");
    }

    @Test
    void aWildcardIsOfAllNamesBesideIt() {
        assertThat(NamedServer.allow(Set.of("*.serving.svc"), NAME)).isTrue();
        assertThat(NamedServer.allow(Set.of("p.serving.svc", "*.svc", "*.p-router.serving.svc"), NAME))
                .isFalse();
        assertThat(NamedServer.allow(Set.of("*"), "router")).isFalse();
    }
}
