package dev.kvcachepool.e2e.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.kvcachepool.e2e.Fixture;
import dev.kvcachepool.e2e.process.Program;
import dev.kvcachepool.prefixadvert.hash.BlockHashers;
import dev.kvcachepool.prefixadvert.hash.HashScheme;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The router's process is killed under a stock Envoy: kill -9, and nobody says goodbye. */
class PickerKilledIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CHUNK_TOKENS = 512;
    private static final String MODEL = "test-8b";
    /** Four chunks, so that recomputing them costs more than any wait here. */
    private static final int[] PROMPT = IntStream.range(0, 4 * CHUNK_TOKENS).toArray();

    private final HttpClient client = HttpClient.newHttpClient();
    private final String pool = Fixture.newPool();
    private final String broker = Fixture.broker().address();
    private List<HttpServer> engines;
    private int pickerPort;
    private Program node;
    private Program router;
    private EnvoyGateway envoy;

    @BeforeEach
    void start() throws Exception {
        engines = List.of(engine("beside"), engine("elsewhere"));
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            pickerPort = free.getLocalPort();
        }
        node = Fixture.cacheNode("holder", "--kafka", broker, "--pool", pool, "--host-size", "64Mi");
        try (var jedis = Fixture.jedis(node)) {
            var chain = BlockHashers.of(HashScheme.ofId("lmcache-blake3").orElseThrow(), CHUNK_TOKENS)
                    .chain(PROMPT);
            for (var hash : chain) {
                var key = MODEL + "@01000100@0@" + HexFormat.of().formatHex(hash);
                jedis.set(key.getBytes(StandardCharsets.UTF_8), new byte[64 << 10]);
            }
        }
        router = router();
        router.await();
    }

    private void startEnvoy(boolean failOpen) throws Exception {
        envoy = EnvoyGateway.start(new EnvoyGateway.Setup(
                Fixture.ROOT,
                Fixture.work("envoy"),
                "127.0.0.1:" + pickerPort,
                failOpen,
                engines.stream().map(PickerKilledIT::address).toList()));
    }

    @AfterEach
    void stop() {
        client.shutdownNow();
        if (envoy != null) {
            envoy.close();
        }
        router.close();
        node.close();
        engines.forEach(engine -> engine.stop(0));
    }

    @Test
    void aGatewayThatFailsOpenGoesOnWithoutItRoundRobin() throws Exception {
        // Given
        startEnvoy(true);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(served(6)).containsOnly("200 beside"));

        // When
        router.kill();
        envoy.awaitPicker(false);

        // Then
        assertThat(served(6)).containsOnly("200 beside", "200 elsewhere").contains("200 beside", "200 elsewhere");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneThatIsStartedAgainSteersAsBefore(boolean failOpen) throws Exception {
        // Given
        startEnvoy(failOpen);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(served(6)).containsOnly("200 beside"));
        router.kill();
        envoy.awaitPicker(false);
        if (!failOpen) {
            assertThat(served(3)).allMatch(answer -> answer.startsWith("500"));
        }

        // When
        router = router();
        router.await();
        envoy.awaitPicker(true);

        // Then: from the first request on, as it is healthy only once it has read the tables
        assertThat(served(6)).containsOnly("200 beside");
    }

    private List<String> served(int requests) throws Exception {
        var answers = new ArrayList<String>();
        for (int i = 0; i < requests; i++) {
            answers.add(post());
        }
        return answers;
    }

    private String post() throws Exception {
        var tokens = Arrays.stream(PROMPT).mapToObj(Integer::toString).collect(Collectors.joining(","));
        var body = "{\"model\":\"" + MODEL + "\",\"prompt\":[" + tokens + "]}";
        var request = HttpRequest.newBuilder(URI.create(envoy.url() + "/v1/completions"))
                .version(HttpClient.Version.HTTP_1_1)
                .header("content-type", "application/json")
                .timeout(PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body();
    }

    private Program router() {
        return Fixture.router(
                "--kafka",
                broker,
                "--pool",
                pool,
                "--ext-proc-port",
                Integer.toString(pickerPort),
                "--engine-metrics-interval",
                "off",
                "--endpoint",
                "elsewhere=http://" + address(engines.get(1)) + "@nobody",
                "--endpoint",
                "beside=http://" + address(engines.get(0)) + "@holder");
    }

    private static HttpServer engine(String name) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.getRequestBody().readAllBytes();
                var answer = name.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
            }
        });
        server.start();
        return server;
    }

    private static String address(HttpServer engine) {
        return engine.getAddress().getAddress().getHostAddress() + ":"
                + engine.getAddress().getPort();
    }
}
