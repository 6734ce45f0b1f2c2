package dev.kvcachepool.operator.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.kvcachepool.commandline.certificate.Issued;
import dev.kvcachepool.commandline.tls.NamedServer;
import dev.kvcachepool.operator.probe.Findings.MismatchView;
import dev.kvcachepool.operator.probe.Findings.RouterView;
import dev.kvcachepool.operator.probe.NodeView.TierView;
import dev.kvcachepool.operator.probe.RouterIndex.Holder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RouterClientTest {
    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private final KubernetesClient kubernetes = new KubernetesClientBuilder().build();
    private final RouterClient routers = new RouterClient(kubernetes);
    private volatile int status = 200;
    private volatile String answer = "{}";
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        kubernetes.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI().getRawPath() + " " + body);
        var bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private RouterDoor router() {
        return new RouterDoor(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()), null);
    }

    @Test
    void theIndexTellsOfEachHolder() {
        // Given
        answer = """
                {"ready": true, "endpoints": [{"admitted": true}, {"admitted": false}], "holders": [
                  {"id": "u.p-0", "incarnation": 1795947303505000, "state": "serving", "liveness": "fresh",
                   "pod": "p-0", "kubernetesNode": "k1", "tiers": [{"tier": "host", "capacityBytes": 10, "usedBytes": 7}]},
                  {"id": "u.p-1", "incarnation": 3, "state": "gone", "liveness": "not-picked"},
                  {"id": "u.p-2", "incarnation": 4, "state": "serving", "liveness": "not-picked", "pod": "p-2"}],
                 "mismatches": [{"kind": "hash", "model": "m", "values": 3, "sentence": "model m: differs"}],
                 "hits": {"heldBlocks": 2, "askedBlocks": 3}}
                """;
        // When
        var index = routers.ask(router());
        // Then
        assertThat(index).isNotNull();
        assertThat(index.view())
                .isEqualTo(new RouterView(
                        true,
                        1,
                        1,
                        List.of(
                                new NodeView(
                                        "p-0",
                                        "Serving",
                                        1795947303505000L,
                                        "k1",
                                        List.of(new TierView("host", 10, 7))),
                                new NodeView("u.p-1", "Gone", 3, "", List.of()),
                                new NodeView("p-2", NodeView.SILENT, 4, "", List.of())),
                        List.of(new MismatchView("hash", "model m: differs")),
                        66));
        assertThat(index.holders())
                .containsExactly(
                        new Holder("u.p-0", 1795947303505000L, "serving", "fresh"),
                        new Holder("u.p-1", 3, "gone", "not-picked"),
                        new Holder("u.p-2", 4, "serving", "not-picked"));
    }

    @Test
    void aRouterIsKnownByItsCertificate() throws Exception {
        // Given
        var authority = Issued.authority("authority", InstantSource.system());
        var secure = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        secure.setHttpsConfigurator(new HttpsConfigurator(showing(authority.issue(
                List.of("p-router.ns.svc"), Instant.now(), Instant.now().plus(Duration.ofDays(1))))));
        secure.createContext("/", this::answer);
        secure.start();
        try {
            var address = URI.create("https://127.0.0.1:" + secure.getAddress().getPort());
            var trusted = authority.certificatePem().getBytes(StandardCharsets.US_ASCII);
            // When, Then
            assertThat(routers.ask(new RouterDoor(address, NamedServer.context(trusted, "p-router.ns.svc"))))
                    .isNotNull();
            assertThat(routers.ask(new RouterDoor(address, NamedServer.context(trusted, "q-router.ns.svc"))))
                    .isNull();
            assertThat(asked).hasSize(1);
        } finally {
            secure.stop(0);
        }
    }

    private static SSLContext showing(Issued own) throws Exception {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("own", own.key(), new char[0], new Certificate[] {own.certificate()});
        var keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, new char[0]);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    @Test
    void aHolderIsCalledGoneByItsLastIncarnation() throws IOException {
        // When
        var taken = routers.sayGone(router(), new Holder("u.p/1", 7, "serving", "quiet"));
        // Then
        assertThat(taken).isTrue();
        assertThat(asked).containsExactly("POST /v1/holders/u.p%2F1/gone {\"incarnation\":7,\"deleted\":true}");
    }

    @Test
    void whatTheRouterRefusesIsNotTaken() throws IOException {
        // Given
        status = 409;
        // When, Then
        assertThat(routers.sayGone(router(), new Holder("u.p-1", 7, "serving", "quiet")))
                .isFalse();
    }

    @Test
    void aRouterThatIsAwayIsSaidSo() {
        // Given
        var router = router();
        server.stop(0);
        // When, Then
        assertThatThrownBy(() -> routers.sayGone(router, new Holder("u.p-1", 7, "serving", "quiet")))
                .isInstanceOf(IOException.class);
        assertThat(routers.ask(router)).isNull();
    }
}
