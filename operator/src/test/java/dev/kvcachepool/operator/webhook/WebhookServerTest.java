package dev.kvcachepool.operator.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WebhookServerTest {
    private static final String HOST = "127.0.0.1";

    private final Vertx vertx = Vertx.vertx();
    private final WebhookServer server =
            new WebhookServer(vertx, body -> new Admission.Answer(200, "{\"bytes\":" + body.length + "}"));
    private final Credentials credentials = Credentials.make(List.of(HOST), Instant.now(), Optional.empty());
    private int port;

    @AfterEach
    void stop() {
        server.close();
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    private void serve(Credentials shown) {
        port = await(server.serve(HOST, port, shown));
    }

    private static HttpClient client(Credentials trusted, HttpClient.Version version) throws Exception {
        var keys = KeyStore.getInstance(KeyStore.getDefaultType());
        keys.load(null, null);
        keys.setCertificateEntry(
                "one",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(trusted.certificate().getBytes(StandardCharsets.US_ASCII))));
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(keys);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(context).version(version).build();
    }

    private HttpResponse<String> post(HttpClient client, String path, byte[] body)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("https://" + HOST + ":" + port + path))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void reviewsAreAnsweredAndAllElseIsRefused(HttpClient.Version version) throws Exception {
        serve(credentials);
        try (var client = client(credentials, version)) {
            // When
            for (int i = 0; i < 40; i++) {
                var answer = post(client, "/engines", new byte[i]);
                // Then
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.body()).isEqualTo("{\"bytes\":" + i + "}");
            }
            assertThat(post(client, "/", new byte[1]).statusCode()).isEqualTo(404);
            var got = HttpRequest.newBuilder(URI.create("https://" + HOST + ":" + port + "/engines"))
                    .build();
            assertThat(client.send(got, HttpResponse.BodyHandlers.ofString()).statusCode())
                    .isEqualTo(405);
        }
    }

    @Test
    void aReviewThatIsTooLongIsRefusedAndTheNextOneTaken() throws Exception {
        serve(credentials);
        try (var client = client(credentials, HttpClient.Version.HTTP_2)) {
            // When
            var refused = post(client, "/engines", new byte[WebhookServer.LONGEST_BODY + 1]);
            // Then
            assertThat(refused.statusCode()).isEqualTo(413);
            assertThat(post(client, "/engines", new byte[WebhookServer.LONGEST_BODY])
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void anotherCertificateIsShownFromThenOn() throws Exception {
        // Given
        var next = Credentials.make(List.of(HOST), Instant.now(), Optional.of(credentials));
        serve(credentials);
        int first = port;
        // When
        serve(next);
        // Then
        assertThat(port).isEqualTo(first);
        try (var client = client(next, HttpClient.Version.HTTP_2)) {
            assertThat(post(client, "/engines", new byte[1]).statusCode()).isEqualTo(200);
        }
        try (var client = client(credentials, HttpClient.Version.HTTP_2)) {
            assertThatThrownBy(() -> post(client, "/engines", new byte[1])).isInstanceOf(SSLHandshakeException.class);
        }
    }
}
