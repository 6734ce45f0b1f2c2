package dev.kvcachepool.cachenode.nearby;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.kvcachepool.cachenode.net.TestTls;
import dev.kvcachepool.commandline.tls.Tls;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A router that is spoken to over TLS. */
class LocateClientTest {
    private static final String NODE = "*." + TestTls.DOMAIN;

    @TempDir
    Path folder;

    private HttpsServer server;

    @BeforeEach
    void start() throws Exception {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/locate", exchange -> {
            var body = "{\"holders\":[]}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private URI serve(Tls shown) {
        server.setHttpsConfigurator(new HttpsConfigurator(shown.context()));
        server.start();
        return URI.create("https://localhost:" + server.getAddress().getPort());
    }

    @Test
    void aRouterWithItsNameIsAskedBeforeAndAfterCertificatesChange() throws Exception {
        // Given
        var own = TestTls.of(folder.resolve("own"), NODE);
        var router = serve(TestTls.of(folder.resolve("router"), "localhost"));
        try (var client = new LocateClient(router, own)) {
            awaitAnswer(client);
            // When
            TestTls.of(folder.resolve("next"), NODE);
            for (var name : List.of("tls.crt", "tls.key")) {
                Files.copy(folder.resolve("next").resolve(name), Files.newOutputStream(folder.resolve("own/" + name)));
            }
            var before = own.context();
            own.files().look();
            // Then
            assertThat(own.context()).isNotSameAs(before);
            awaitAnswer(client);
        }
    }

    /** The first handshakes of a JVM may take longer than a router is given. */
    private static void awaitAnswer(LocateClient client) {
        await().ignoreExceptions().until(() -> client.locate(List.of()).join().isEmpty());
    }

    @Test
    void whoHasAnotherNameIsNot() {
        // Given
        var router = serve(TestTls.of(folder.resolve("other"), "elsewhere"));
        try (var client = new LocateClient(router, TestTls.of(folder.resolve("own"), NODE))) {
            // When, then
            await().untilAsserted(() -> assertThatThrownBy(
                            () -> client.locate(List.of()).join())
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(SSLException.class));
        }
    }
}
