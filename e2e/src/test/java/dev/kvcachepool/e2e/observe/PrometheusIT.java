package dev.kvcachepool.e2e.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.kvcachepool.e2e.Fixture;
import dev.kvcachepool.e2e.observe.Prometheus.Target;
import dev.kvcachepool.e2e.process.Program;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alerts and the dashboard of a pool, asked of a real Prometheus that scrapes a real cache-node and router. */
class PrometheusIT {
    private static final Path MONITORING = Fixture.ROOT.resolve("operator/src/main/resources/monitoring");
    private static final String LABELS = "namespace=\"serving\",pool=\"shared\"";
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private static Target target(Program program, String component, String pod) {
        return new Target(
                program.address("http"),
                Map.of("namespace", "serving", "pool", "shared", "component", component, "pod", pod));
    }

    private static String bound(String expression) {
        return expression
                .replace("%POOL%", LABELS)
                .replace("%OPERATOR_POOL%", "pool_namespace=\"serving\",pool_name=\"shared\"")
                .replace("$__rate_interval", "20s");
    }

    @SuppressWarnings("unchecked") // what a YAML file is read as
    private static List<Map<String, Object>> rules() throws Exception {
        Map<String, List<Map<String, String>>> file =
                new KubernetesSerialization().unmarshal(Files.readString(MONITORING.resolve("alerts.yaml")), Map.class);
        return file.get("alerts").stream()
                .map(alert -> Map.<String, Object>of(
                        "alert",
                        alert.get("alert"),
                        "expr",
                        bound(alert.get("expr")),
                        "for",
                        alert.get("holds"),
                        "annotations",
                        Map.of("description", alert.get("description"))))
                .toList();
    }

    private static List<String> panels() throws Exception {
        var expressions = new ArrayList<String>();
        for (var file : List.of("pool-dashboard.json", "router-panels.json")) {
            var panels = new ObjectMapper().readTree(Files.readString(MONITORING.resolve(file)));
            expressions.addAll(panels.findValuesAsText("expr").stream()
                    .map(PrometheusIT::bound)
                    .toList());
        }
        return expressions;
    }

    /** A prompt through the router, and a value stored and read. */
    private static void use(Program node, Program router) throws Exception {
        try (var jedis = Fixture.jedis(node);
                var http = HttpClient.newHttpClient()) {
            var key = "test-8b@01000100@0@%064x".formatted(1).getBytes(StandardCharsets.UTF_8);
            jedis.set(key, new byte[64 << 10]);
            assertThat(jedis.get(key)).hasSize(64 << 10);
            assertThat(jedis.get("absent")).isNull();
            http.send(
                    HttpRequest.newBuilder(Scrape.base(router).resolve("/v1/completions"))
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(
                                    "{\"model\": \"m\", \"prompt\": \"a text\", \"max_tokens\": 1}"))
                            .build(),
                    HttpResponse.BodyHandlers.discarding());
        }
    }

    private static HttpServer engine() throws Exception {
        var engine = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        engine.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("{}".getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        engine.start();
        return engine;
    }

    private static Set<String> withoutData(Prometheus prometheus) throws Exception {
        var empty = new TreeSet<String>();
        for (var panel : panels()) {
            if (prometheus.query(panel).isEmpty()) {
                empty.add(panel);
            }
        }
        return empty;
    }

    private static String state(Prometheus prometheus, String alert) throws Exception {
        return rule(prometheus, alert).path("state").asText();
    }

    @Test
    void panelsHaveDataAndAlertsSeeANodeGo(@TempDir Path folder) throws Exception {
        // Given
        var program = Prometheus.program();
        assumeTrue(program.isPresent(), "no prometheus on the PATH: Debian has it as a package");
        var pool = Fixture.newPool();
        var broker = Fixture.broker().address();
        var engine = engine();
        try (var node = Fixture.cacheNode(
                        "observed",
                        "--kafka",
                        broker,
                        "--pool",
                        pool,
                        "--host-size",
                        "32Mi",
                        "--disk-path",
                        Fixture.work("observed-disk").toString(),
                        "--disk-size",
                        "64Mi");
                var router = Fixture.router(
                        "--policy",
                        "adverts",
                        "--kafka",
                        broker,
                        "--pool",
                        pool,
                        "--tokenizer",
                        "m=" + Fixture.ROOT.resolve("router/src/test/resources/tokenizers/llama3"),
                        "--endpoint",
                        "e=http://127.0.0.1:" + engine.getAddress().getPort());
                var prometheus = Prometheus.start(
                        program.get(),
                        folder,
                        List.of(target(node, "cache-node", "shared-0"), target(router, "router", "shared-router-0")),
                        rules())) {
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(prometheus.health()).hasSize(2).containsOnly("up"));
            // When both are used, then every panel shows something but those of what this pool has not
            await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
                use(node, router);
                assertThat(withoutData(prometheus)).allMatch(PrometheusIT::isOfAnotherPool);
            });
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(prometheus.rules())
                            .isNotEmpty()
                            .allSatisfy(rule -> assertThat(rule.path("health").asText())
                                    .as(rule.toString())
                                    .isEqualTo("ok")));
            for (var quiet : List.of("KVCacheNodeDown", "KVCacheNoNodes", "KVCacheRouterDown")) {
                assertThat(state(prometheus, quiet)).as(quiet).isEqualTo("inactive");
            }
            // When the node is gone, then the alerts about that begin to wait
            node.kill();
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(state(prometheus, "KVCacheNodeDown")).isEqualTo("pending");
                assertThat(state(prometheus, "KVCacheNoNodes")).isEqualTo("pending");
            });
            assertThat(state(prometheus, "KVCacheRouterDown")).isEqualTo("inactive");
            assertThat(rule(prometheus, "KVCacheNodeDown")
                            .at("/alerts/0/annotations/description")
                            .asText())
                    .contains("shared-0");
        } finally {
            engine.stop(0);
        }
    }

    private static JsonNode rule(Prometheus prometheus, String alert) throws Exception {
        return prometheus.rules().stream()
                .filter(rule -> rule.path("name").asText().equals(alert))
                .findFirst()
                .orElseThrow();
    }

    /** Of Pooled placement, peers, GPUs, engines that are listened to and gateways, none of which this pool has. */
    private static boolean isOfAnotherPool(String panel) {
        return Stream.of("pool_", "nearby_", "peer_", "gpu_", "engine_events_", "router_ext_proc_")
                .anyMatch(part -> panel.contains("kvcachepool_" + part));
    }
}
