package dev.kvcachepool.router.extproc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvcachepool.prefixadvert.table.Liveness;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.router.http.FakeEngine;
import dev.kvcachepool.router.metrics.RouterMetrics;
import dev.kvcachepool.router.pick.FakeAdverts;
import dev.kvcachepool.router.pick.TestPool;
import dev.kvcachepool.router.request.Admission;
import dev.kvcachepool.router.request.CallerHeaders;
import dev.kvcachepool.router.request.Limits;
import dev.kvcachepool.router.tokens.Tokenizing;
import dev.kvcachepool.router.trace.RequestTraces;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The picker under a stock Envoy, in front of engines on bare sockets. */
class EnvoyIT {
    private static final String STREAMING = "{\"model\":\"llama\",\"stream\":true,\"prompt\":[1,2,3,4]}";
    private static final int MAX_BODY = 16 << 20;
    private static final Limits REQUEST =
            new Limits(MAX_BODY, 1 << 20, Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofSeconds(1));

    private final HttpClient client = HttpClient.newHttpClient();
    private final FakeAdverts adverts = new FakeAdverts()
            .node("n0", Liveness.FRESH, FakeAdverts.MODEL)
            .node("n1", Liveness.FRESH, FakeAdverts.MODEL);
    private final Admission admission = new Admission(64, 4L * MAX_BODY);
    private FakeEngine first;
    private FakeEngine second;
    private TestPool pool;
    private int pickerPort;
    private PickerServer picker;
    private Envoy envoy;

    @BeforeEach
    void start() throws Exception {
        first = new FakeEngine();
        second = new FakeEngine();
        pool = TestPool.of(adverts, List.of("e0=" + first.url() + "@n0", "e1=" + second.url() + "@n1"));
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            pickerPort = free.getLocalPort();
        }
        startPicker();
    }

    private void startPicker() throws Exception {
        picker = new PickerServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), pickerPort),
                new Transport.Plain(),
                pool.picker(),
                pool.endpoints(),
                Tokenizing.none(new RouterMetrics(new SimpleMeterRegistry())),
                new PickerLimits(REQUEST, 100, 64, 1, true, CallerHeaders.DEFAULT),
                admission,
                new RouterMetrics(new SimpleMeterRegistry()),
                RequestTraces.OFF);
        picker.start();
    }

    private void startEnvoy(Envoy.Balancer balancer, boolean failOpen, String... subset) throws Exception {
        var engines = List.of(address(first), address(second));
        envoy = Envoy.start(new Envoy.Setup(balancer, pickerPort, failOpen, engines, List.of(subset), 1));
    }

    @AfterEach
    void stop() throws Exception {
        client.shutdownNow();
        envoy.close();
        await().until(() -> pool.outstanding() == 0 && admission.inFlight() == 0);
        picker.close();
        first.close();
        second.close();
    }

    @ParameterizedTest
    @EnumSource
    void streamsFromTheEngineWhoseNodeHoldsThePrompt(Envoy.Balancer balancer) throws Exception {
        // Given
        pool.holds("n1", 1, 2, 3, 4);
        startEnvoy(balancer, false);
        var answer = post(STREAMING);
        var call = second.next();

        // When: the engine answers bit by bit
        call.startStream();
        call.chunk("data: 1\n\n");

        // Then: each bit is there before the next is sent
        var body = answer.join().body();
        assertThat(new String(body.readNBytes(9), StandardCharsets.UTF_8)).isEqualTo("data: 1\n\n");
        assertThat(pool.outstanding()).isEqualTo(1);
        call.chunk("data: 2\n\n");
        assertThat(new String(body.readNBytes(9), StandardCharsets.UTF_8)).isEqualTo("data: 2\n\n");
        call.endStream();
        assertThat(body.readAllBytes()).isEmpty();
        assertThat(call.body()).isEqualTo(STREAMING);
        assertThat(answer.join().statusCode()).isEqualTo(200);
        assertThat(answer.join().headers().firstValue("x-conformance-test-served-endpoint"))
                .as("what served, where the gateway says so")
                .contains(
                        balancer == Envoy.Balancer.OVERRIDE_HOST
                                ? address(second)
                                : "fail: missing destination endpoint served metadata");
        assertThat(pool.endpoints()
                        .named("e1")
                        .orElseThrow()
                        .load(new Namespace(0), List.of())
                        .failures())
                .isZero();
    }

    @Test
    void aPromptOfAMegabyteComesWhole() throws Exception {
        // Given
        startEnvoy(Envoy.Balancer.OVERRIDE_HOST, false, address(first));
        var json = "{\"model\":\"llama\",\"prompt\":\"" + "x".repeat(1 << 20) + "\"}";

        // When
        var answer = post(json);

        // Then
        var call = first.next();
        assertThat(call.body()).isEqualTo(json);
        call.answer(200, "{}");
        assertThat(text(answer.join())).isEqualTo("{}");
    }

    @Test
    void theSubsetOfTheGatewayIsKeptTo() throws Exception {
        // Given: the first holds the prompt, and may not have it
        pool.holds("n0", 1, 2, 3, 4);
        startEnvoy(Envoy.Balancer.OVERRIDE_HOST, false, address(second));

        // When
        var answer = post(STREAMING);

        // Then
        second.next().answer(200, "{}");
        assertThat(answer.join().statusCode()).isEqualTo(200);
    }

    @Test
    void aSubsetWithoutEnginesGets503() throws Exception {
        // Given
        startEnvoy(Envoy.Balancer.OVERRIDE_HOST, false, "127.0.0.1:1");

        // When
        var answer = post(STREAMING).join();

        // Then
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(text(answer)).contains("\"error\"", "subset");
    }

    @Test
    void aBodyThatIsNoJsonGets400InJson() throws Exception {
        // Given
        startEnvoy(Envoy.Balancer.OVERRIDE_HOST, false);

        // When
        var answer = post("no JSON").join();

        // Then
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("content-type")).contains("application/json");
        assertThat(text(answer)).contains("\"field\":\"body\"");
    }

    @Test
    void aClientThatHangsUpStopsTheEngine() throws Exception {
        // Given
        startEnvoy(Envoy.Balancer.OVERRIDE_HOST, false, address(first));
        var answer = post(STREAMING);
        var call = first.next();
        call.startStream();
        call.chunk("data: 1\n\n");
        var body = answer.join().body();
        body.readNBytes(9);

        // When
        body.close();

        // Then
        assertThat(call.hungUp()).isTrue();
        await().until(() -> pool.outstanding() == 0);
    }

    @Test
    void anEngineThatIsGoneIsLeftOut() throws Exception {
        // Given: the prompt's holder is gone
        pool.holds("n0", 1, 2, 3, 4);
        startEnvoy(Envoy.Balancer.OVERRIDE_HOST, false);
        first.close();

        // When
        var refused = post(STREAMING).join();

        // Then
        assertThat(refused.statusCode()).isEqualTo(503);
        var answer = post(STREAMING);
        second.next().answer(200, "{}");
        assertThat(answer.join().statusCode()).isEqualTo(200);
    }

    @Test
    void withoutAPickerAGatewayThatFailsOpenServesAllTheSame() throws Exception {
        // Given
        startEnvoy(Envoy.Balancer.OVERRIDE_HOST, true);
        picker.close();
        envoy.awaitPickerGone();

        // When
        var answers = List.of(post(STREAMING), post(STREAMING));

        // Then: round robin
        first.next().answer(200, "{}");
        second.next().answer(200, "{}");
        assertThat(answers).allMatch(answer -> answer.join().statusCode() == 200);
    }

    @Test
    void withoutAPickerAGatewayThatFailsClosedRefusesUntilItIsBack() throws Exception {
        // Given
        pool.holds("n1", 1, 2, 3, 4);
        startEnvoy(Envoy.Balancer.OVERRIDE_HOST, false);
        picker.close();
        envoy.awaitPickerGone();
        assertThat(post(STREAMING).join().statusCode()).isEqualTo(500);

        // When
        startPicker();

        // Then: once the gateway knows, what is held where is known at once
        await().until(() -> {
            var answer = post(STREAMING);
            await().until(() -> answer.isDone() || second.isAsked());
            return second.isAsked();
        });
        second.next().answer(200, "{}");
    }

    private CompletableFuture<HttpResponse<InputStream>> post(String body) {
        var request = HttpRequest.newBuilder(URI.create(envoy.url() + "/v1/completions"))
                .version(HttpClient.Version.HTTP_1_1)
                .header("content-type", "application/json")
                .timeout(Duration.ofSeconds(30))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
    }

    private static String text(HttpResponse<InputStream> answer) throws Exception {
        return new String(answer.body().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static String address(FakeEngine engine) {
        return engine.url().substring("http://".length());
    }
}
