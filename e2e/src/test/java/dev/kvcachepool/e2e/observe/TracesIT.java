package dev.kvcachepool.e2e.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.kvcachepool.e2e.Fixture;
import dev.kvcachepool.e2e.process.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.HostAndPort;

/** The programs' spans, as a collector gets them. */
class TracesIT {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final Duration SLOW = Duration.ofMillis(200);

    @Test
    void aCompletionIsOneTraceThroughTheRouter() throws Exception {
        // Given an engine behind a router
        var told = new CompletableFuture<String>();
        var engine = engine(told);
        var url = "http://127.0.0.1:" + engine.getAddress().getPort();
        try (var router = start(
                        "router", List.of("--http-port", "0", "--policy", "least-loaded", "--endpoint", "e0=" + url));
                var http = HttpClient.newHttpClient()) {
            // When
            var request = HttpRequest.newBuilder(URI.create("http://" + router.address("http") + "/v1/completions"))
                    .header("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"m\",\"prompt\":[1,2,3]}"))
                    .build();
            assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);

            // Then
            var served = received("POST /v1/completions");
            assertThat(served.trace()).isEqualTo(TRACE);
            assertThat(served.parent()).isEqualTo("00f067aa0ba902b7");
            assertThat(served.resource()).containsEntry("service.name", "kvcachepool-router");
            assertThat(received("pick").parent()).isEqualTo(served.id());
            assertThat(received("engine").events()).containsExactly("first byte");
            assertThat(told.join())
                    .isEqualTo("00-" + TRACE + "-" + received("engine").id() + "-01");
            assertThat(router.said()).doesNotContain("OTEL_");
        } finally {
            engine.stop(0);
        }
    }

    @Test
    void aNodesDrainAndItsSlowCommandsAreSpans() throws Exception {
        // Given
        try (var node = start(
                "cache-node",
                List.of("--resp-port", "0", "--http-port", "0", "--host-size", "64Mi", "--node-id", "n0"))) {
            // When a client takes its time in the middle of a command
            var address = HostAndPort.from(node.address("resp"));
            try (var client = new Socket(address.getHost(), address.getPort())) {
                client.getOutputStream().write(bytes("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$4\r\nab"));
                Thread.sleep(SLOW);
                client.getOutputStream().write(bytes("cd\r\n"));
                assertThat(client.getInputStream().readNBytes(5)).isEqualTo(bytes("+OK\r\n"));
            }

            // Then
            var slow = received("slow set");
            assertThat(slow.attributes()).containsEntry("network.protocol.name", "resp");
            assertThat(slow.resource()).containsEntry("service.name", "kvcachepool-cache-node");
        }

        // When it has been ended, then the last of its spans has been sent, too
        assertThat(received("drain").attributes()).containsEntry("kvcachepool.keys", "1");
    }

    @Test
    void aCollectorThatIsAwayIsSaidInOneLine() throws Exception {
        // Given
        try (var router = start(
                        "router",
                        List.of("--http-port", "0", "--policy", "least-loaded", "--endpoint", "e=http://127.0.0.1:9"),
                        Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9", "OTEL_BSP_SCHEDULE_DELAY", "50"));
                var http = HttpClient.newHttpClient()) {
            // When
            var request = HttpRequest.newBuilder(URI.create("http://" + router.address("http") + "/v1/pick"))
                    .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"m\",\"tokens\":[1]}"))
                    .build();
            assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);

            // Then
            await().until(() -> router.said().contains("traces cannot be delivered to http://127.0.0.1:9"));
            assertThat(router.said().lines()).hasSize(1);
        }
    }

    private static HttpServer engine(CompletableFuture<String> told) throws IOException {
        var engine = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        engine.createContext("/v1/completions", exchange -> {
            try (exchange) {
                told.complete(exchange.getRequestHeaders().getFirst("traceparent"));
                exchange.getRequestBody().readAllBytes();
                exchange.sendResponseHeaders(200, 2);
                exchange.getResponseBody().write(bytes("{}"));
            }
        });
        engine.start();
        return engine;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static Program start(String program, List<String> flags) {
        return start(program, flags, TraceCollector.shared().environment());
    }

    private static Program start(String program, List<String> flags, Map<String, String> traces) {
        var environment = new HashMap<>(traces);
        environment.put("KVP_LISTEN_ADDRESS", "127.0.0.1");
        var started = Program.start(
                Fixture.ROOT, program, flags, environment, Fixture.work(program).resolve("log"));
        started.await();
        return started;
    }

    private static TraceCollector.Received received(String name) {
        return await("a span " + name)
                .until(
                        () -> TraceCollector.shared().spans().stream()
                                .filter(span -> span.name().equals(name))
                                .findAny(),
                        found -> found.isPresent())
                .orElseThrow();
    }
}
