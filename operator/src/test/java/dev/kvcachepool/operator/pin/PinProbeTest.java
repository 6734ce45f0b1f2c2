package dev.kvcachepool.operator.pin;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.kvcachepool.crds.PrefixPin;
import dev.kvcachepool.operator.probe.RouterClient;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One server is both the API server, which knows what is written here, and the router. */
class PinProbeTest {
    private static final String API = "/api/v1/namespaces/n/";
    private static final String POOL = "/apis/kvcachepool.dev/v1alpha1/namespaces/n/kvcachepools/";
    private static final String WHOLE = "{\"blocks\": 3, \"heldBlocks\": 3, \"pinnedBlocks\": 3,"
            + " \"nodes\": [{\"node\": \"u.p-0\", \"held\": 3, \"pinned\": 3, \"refused\": 0, \"missing\": 0}]}";

    private final Map<String, String> objects = new ConcurrentHashMap<>();
    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private volatile Instant now = Instant.parse("2027-01-01T00:00:00Z");
    private volatile int status = 200;
    private HttpServer server;
    private KubernetesClient client;
    private PinProbe probe;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(Config.empty())
                        .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build();
        probe = new PinProbe(client, new RouterClient(client), clock());
        pool("p");
        objects.put("/v1/pins", WHOLE);
    }

    @AfterEach
    void stop() {
        probe.close();
        client.close();
        server.stop(0);
    }

    private Clock clock() {
        return new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now;
            }
        };
    }

    private void pool(String name) {
        objects.put(POOL + name, """
                {"metadata": {"name": "%s", "namespace": "n"},
                 "spec": {"tiers": {"host": {"size": "1Gi"}}, "adverts": {"bootstrapServers": "kafka:9092"}}}
                """.formatted(name));
        objects.put(
                "/apis/apps/v1/namespaces/n/deployments/" + name + "-router", "{\"status\": {\"readyReplicas\": 1}}");
        objects.put(
                API + "services/" + name + "-router",
                "{\"spec\": {\"clusterIP\": \"127.0.0.1\", \"ports\": [{\"port\": "
                        + server.getAddress().getPort() + "}]}}");
    }

    private void answer(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getPath();
        var known = objects.get(path);
        int code = known == null ? 404 : 200;
        if (path.equals("/v1/pins")) {
            asked.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            code = status;
        }
        var bytes = (known == null ? "{}" : known).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static PrefixPin pin(String uid, long generation, String spec) {
        return new KubernetesSerialization().unmarshal("""
                        apiVersion: kvcachepool.dev/v1alpha1
                        kind: PrefixPin
                        metadata: {name: pin, namespace: n, uid: %s, generation: %d}
                        spec: {pools: [p], model: llama, %s}
                        """.formatted(uid, generation, spec), PrefixPin.class);
    }

    private PinFindings look(PrefixPin pin) {
        return probe.fetchResources(pin).iterator().next();
    }

    private static String trouble(PinFindings findings) {
        var trouble = findings.pools().getFirst().trouble();
        return trouble == null ? "none" : trouble.reason();
    }

    @Test
    void aPinIsALeaseThatIsRenewedEveryMinute() {
        // Given
        var pin = pin("u", 1, "tokens: [1, 2, 3]");
        // When
        var findings = look(pin);
        now = now.plusSeconds(59);
        look(pin);
        // Then
        assertThat(asked).containsExactly("{\"mode\":\"pin\",\"seconds\":300,\"model\":\"llama\",\"tokens\":[1,2,3]}");
        assertThat(trouble(findings)).isEqualTo("none");
        assertThat(findings.pools().getFirst().pins().nodes().getFirst().node()).isEqualTo("u.p-0");
        // When
        now = now.plusSeconds(1);
        look(pin);
        // Then
        assertThat(asked).hasSize(2);
    }

    @Test
    void anotherSpecificationIsAskedForAtOnce() {
        // Given
        look(pin("u", 1, "tokens: [1, 2, 3]"));
        // When
        var findings = look(pin("u", 2, "text: hello, mode: Warm"));
        // Then
        assertThat(asked.getLast()).isEqualTo("{\"mode\":\"warm\",\"model\":\"llama\",\"prompt\":\"hello\"}");
        assertThat(findings.generation()).isEqualTo(2);
    }

    @Test
    void hashesGoWithTheirSchemeAndTheSaltFromItsSecret() {
        // Given
        objects.put(
                API + "secrets/tenant", "{\"metadata\": {\"name\": \"tenant\"}, \"data\": {\"cacheSalt\": \"YQ==\"}}");
        // When
        look(
                pin(
                        "u",
                        1,
                        "cacheSaltSecretRef: {name: tenant}, blockHashes: {scheme: lmcache-blake3, hashes: [0011223344556677]}"));
        // Then
        assertThat(asked.getFirst())
                .contains("\"salt\":\"a\"", "\"scheme\":\"lmcache-blake3\"", "\"hashes\":[\"0011223344556677\"]");
    }

    @Test
    void withoutItsSecretNothingIsAsked() {
        // When
        var findings = look(pin("u", 1, "cacheSaltSecretRef: {name: tenant}, tokens: [1]"));
        // Then
        assertThat(asked).isEmpty();
        var wrong = requireNonNull(findings.wrong());
        assertThat(wrong.reason()).isEqualTo("SecretMissing");
        assertThat(wrong.message()).contains("n/tenant", "spec.cacheSaltSecretRef", "cacheSalt");
    }

    @Test
    void noPinOutlivesItsExpiryWhichEndsItAtOnce() {
        // Given
        var pin = pin("u", 1, "tokens: [1], expiresAt: '2027-01-01T00:00:30Z'");
        look(pin);
        assertThat(asked.getFirst()).contains("\"seconds\":31");
        // When
        now = now.plusSeconds(30);
        var findings = look(pin);
        // Then
        assertThat(findings.expired()).isTrue();
        assertThat(asked.getLast()).contains("\"mode\":\"end\"");
        // When
        now = now.plus(Duration.ofHours(1));
        look(pin);
        // Then
        assertThat(asked).hasSize(2);
    }

    @Test
    void aPinThatIsDeletedIsEndedAndOthersOfThePoolAreRenewed() {
        // Given
        var one = pin("one", 1, "tokens: [1]");
        var other = pin("other", 1, "tokens: [1, 2]");
        look(one);
        look(other);
        // When
        probe.deleted(one);
        await().until(() -> asked.size() == 3);
        // Then
        assertThat(asked.getLast()).isEqualTo("{\"mode\":\"end\",\"model\":\"llama\",\"tokens\":[1]}");
        await().until(() -> {
            look(other);
            return asked.size() == 4;
        });
        assertThat(asked.getLast()).contains("\"mode\":\"pin\"", "[1,2]");
    }

    @Test
    void whatIsWrongWithAPoolIsSaidOfIt() {
        // Given
        objects.remove(POOL + "p");
        // When
        var findings = look(pin("u", 1, "tokens: [1]"));
        // Then
        assertThat(trouble(findings)).isEqualTo("PoolMissing");
        assertThat(findings.pools().getFirst().degraded()).isTrue();
        // When it comes, and its router is not there yet
        pool("p");
        objects.remove(API + "services/p-router");
        now = now.plus(PinProbe.SOON);
        // Then
        assertThat(trouble(look(pin("u", 1, "tokens: [1]")))).isEqualTo("RouterAway");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
                    503 | {}                                                   | RouterNotReady   | false
                    429 | {}                                                   | RouterBusy       | false
                    404 | {"error": {"field": "model", "message": "m"}}        | ModelNotDeclared | true
                    404 | {}                                                   | RouterTooOld     | true
                    422 | {"error": {"field": "prompt", "message": "m"}}       | NotComputable    | true
                    413 | {"error": {"message": "m"}}                          | Refused          | true
                    200 | no JSON                                              | RouterAway       | true
                    200 | {"blocks": 0}                                        | TooShort         | true
                    200 | {"blocks": 3, "nodes": []}                           | NotHeld          | false
                    200 | {"blocks": 3, "heldBlocks": 2, "pinnedBlocks": 2}    | PartlyHeld       | false
                    200 | {"blocks": 3, "heldBlocks": 3, "pinnedBlocks": 2}    | PartlyPinned     | false
                    200 | {"blocks": 3, "heldBlocks": 3, "pinnedBlocks": 2, "nodes": [{"node": "a", "held": 3, "pinned": 2, "refused": 1}]} | NoRoom | true
                    200 | {"blocks": 3, "heldBlocks": 3, "nodes": [{"node": "a", "held": 3, "problem": "late"}]}                            | NodesSilent | true
                    """)
    void whatTheRouterSaysIsTold(int code, String body, String reason, boolean degraded) {
        // Given
        status = code;
        objects.put("/v1/pins", body);
        // When
        var findings = look(pin("u", 1, "tokens: [1]"));
        // Then
        assertThat(trouble(findings)).isEqualTo(reason);
        assertThat(findings.pools().getFirst().degraded()).isEqualTo(degraded);
    }
}
