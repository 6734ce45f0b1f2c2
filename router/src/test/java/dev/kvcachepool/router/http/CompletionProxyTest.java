package dev.kvcachepool.router.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kvcachepool.prefixadvert.table.Liveness;
import dev.kvcachepool.router.pick.FakeAdverts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CompletionProxyTest {
    private static final String STREAMING =
            "{\"model\":\"llama\",\"stream\":true,\"prompt\":[1,2,3,4,5,6,7,8,9],\"cache_salt\":\"s\"}";

    private FakeEngine engine;
    private RouterServer router;

    @BeforeEach
    void start() throws IOException {
        engine = new FakeEngine();
        router = router(Duration.ofSeconds(10), "only=" + engine.url() + "@n0");
    }

    @AfterEach
    void stop() throws IOException {
        router.close();
        engine.close();
    }

    @Test
    void passesTheRequestOnAndTheAnswerBack() throws Exception {
        // Given
        var answer = post(STREAMING);
        var call = engine.next();

        // When
        call.answer(200, "{\"id\":1}");

        // Then
        assertThat(call.head()).startsWith("POST /v1/completions HTTP/1.1").contains("127.0.0.1");
        assertThat(call.body()).isEqualTo(STREAMING);
        assertThat(answer.join().statusCode()).isEqualTo(200);
        assertThat(answer.join().body()).isEqualTo("{\"id\":1}");
        assertThat(answer.join().headers().firstValue("x-kvcachepool-endpoint")).contains("only");
        assertThat(answer.join().headers().firstValue("x-kvcachepool-held-blocks"))
                .contains("0");
        assertNothingLeft();
    }

    @Test
    void streamsEachChunkAsItComesAndDropsHeadersOfOneHop() throws Exception {
        // Given
        try (var client = rawPost(STREAMING)) {
            var in = reader(client);
            var call = engine.next();
            call.startStream();

            // When, Then: the first chunk is there before the second is sent
            call.chunk("data: 1\n\n");
            var head = readUntil(in, "data: 1");
            assertThat(head).contains("x-engine: yes").doesNotContain("x-hop").contains("text/event-stream");
            call.chunk("data: 2\n\n");
            assertThat(readUntil(in, "data: 2")).isNotEmpty();
            assertThat(router.outstanding()).isEqualTo(1);
            call.endStream();
            readUntil(in, "0");
        }
        assertNothingLeft();
        assertThat(router.registry.find("kvcachepool.router.ttft").timer().count())
                .isEqualTo(1);
    }

    @Test
    void aClientThatHangsUpStopsTheEngine() throws Exception {
        // Given
        var client = rawPost(STREAMING);
        var call = engine.next();
        call.startStream();
        call.chunk("data: 1\n\n");
        readUntil(reader(client), "data: 1");

        // When
        client.close();

        // Then
        assertThat(call.hungUp()).isTrue();
        assertNothingLeft();
        assertThat(requests("499")).isEqualTo(1);
        assertThat(router.endpoints.all().getFirst().admits())
                .as("not to blame")
                .isTrue();
    }

    @Test
    void aClientThatHangsUpBeforeTheAnswerStopsTheEngine() throws Exception {
        // Given
        var client = rawPost(STREAMING);
        var call = engine.next();

        // When
        client.close();

        // Then
        assertThat(call.hungUp()).isTrue();
        assertNothingLeft();
    }

    @Test
    void anEngineThatHangsUpMidwayCutsTheClientSoThatItSees() throws Exception {
        // Given
        var answer = post(STREAMING);
        var call = engine.next();
        call.startStream();
        call.chunk("data: 1\n\n");

        // When
        call.socket().close();

        // Then
        assertThatThrownBy(answer::join).hasRootCauseInstanceOf(IOException.class);
        assertNothingLeft();
    }

    @Test
    void anEngineThatIsDownIsReplacedByTheNext() throws Exception {
        // Given
        var down = deadUrl();
        try (var two = router(Duration.ofSeconds(10), "down=" + down, "up=" + engine.url())) {
            // When two requests come, so that rotation begins at either
            for (int i = 0; i < 2; i++) {
                var answer = CompletableFuture.supplyAsync(() -> send(two, STREAMING));
                engine.next().answer(200, "fine");

                // Then
                assertThat(answer.join().statusCode()).isEqualTo(200);
                assertThat(answer.join().headers().firstValue("x-kvcachepool-endpoint"))
                        .contains("up");
            }
        }
    }

    @Test
    void anEngineThatHangsUpBeforeAnsweringIsReplacedByTheNext() throws Exception {
        // Given
        try (var other = new FakeEngine();
                var two = router(Duration.ofSeconds(10), "a=" + engine.url(), "b=" + other.url())) {
            var answer = CompletableFuture.supplyAsync(() -> send(two, STREAMING));

            // When
            engine.next().socket().close();
            other.next().answer(200, "fine");

            // Then
            assertThat(answer.join().body()).isEqualTo("fine");
            assertThat(two.endpoints.all().getFirst().admits()).isFalse();
        }
    }

    @Test
    void whenAllAreDownItSaysSoAndThenHasNoEndpoint() throws Exception {
        // Given
        try (var none = router(Duration.ofSeconds(10), "a=" + deadUrl(), "b=" + deadUrl())) {
            // When
            var first = send(none, STREAMING);
            var second = send(none, STREAMING);

            // Then
            assertThat(first.statusCode()).isEqualTo(502);
            assertThat(first.body()).contains("none of 2 endpoints answered");
            assertThat(second.statusCode()).isEqualTo(503);
            assertThat(second.body()).contains("no endpoint answers at present");
            assertThat(none.admission.inFlight()).isZero();
        }
    }

    @Test
    void anEngineThatSaysNothingIsGivenUp() throws Exception {
        // Given
        try (var hasty = router(Duration.ofMillis(300), "a=" + engine.url())) {
            // When
            var answer = send(hasty, STREAMING);

            // Then
            assertThat(answer.statusCode()).isEqualTo(504);
            assertThat(engine.next().hungUp()).isTrue();
            assertThat(hasty.outstanding()).isZero();
            assertThat(hasty.admission.inFlight()).isZero();
        }
    }

    @Test
    void errorsOfTheEngineAreTheClientsToSee() throws Exception {
        // Given
        var answer = post(STREAMING);

        // When
        engine.next().answer(400, "{\"error\":\"bad prompt\"}");

        // Then
        assertThat(answer.join().statusCode()).isEqualTo(400);
        assertThat(answer.join().body()).contains("bad prompt");
        assertNothingLeft();
    }

    @Test
    void requestsBeyondTheLimitAreRefused() throws Exception {
        // Given
        var running = new ArrayList<CompletableFuture<HttpResponse<String>>>();
        var calls = new ArrayList<FakeEngine.Call>();
        for (int i = 0; i < RouterServer.MAX_IN_FLIGHT; i++) {
            running.add(post(STREAMING));
            calls.add(engine.next());
        }

        // When
        var refused = send(router, STREAMING);

        // Then
        assertThat(refused.statusCode()).isEqualTo(429);
        for (var call : calls) {
            call.answer(200, "x");
        }
        running.forEach(answer -> assertThat(answer.join().statusCode()).isEqualTo(200));
        assertNothingLeft();
    }

    @Test
    void bodiesThatAreTooLongOrNoJsonAreRefused() throws Exception {
        // When
        var tooLong = send(router, "x".repeat(RouterServer.MAX_BODY + 1));
        var noJson = send(router, "{\"model\":");

        // Then
        assertThat(tooLong.statusCode()).isEqualTo(413);
        assertThat(tooLong.body()).contains("\"field\":\"body\"");
        assertThat(noJson.statusCode()).isEqualTo(400);
        assertNothingLeft();
    }

    @Test
    void aBodyThatStopsIsGivenUpAndTheConnectionClosed() throws Exception {
        for (var path : List.of("/v1/completions", "/v1/locate")) {
            // Given
            try (var client = new Socket(InetAddress.getLoopbackAddress(), router.port)) {
                client.setSoTimeout(20_000);

                // When
                client.getOutputStream()
                        .write(("POST " + path + " HTTP/1.1\r\nHost: r\r\nContent-Length: 100\r\n\r\n{\"mo")
                                .getBytes(StandardCharsets.UTF_8));

                // Then: it says so, and then hangs up
                var answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(answer).startsWith("HTTP/1.1 408").contains("\"field\":\"body\"", "4 bytes in 2 s");
            }
            assertNothingLeft();
        }
    }

    @Test
    void bytesThatAreNoTextAreRefused() throws Exception {
        // When: by its first bytes it is UTF-32, which then makes no sense
        var answer = send(router, "\0\0\0{\uffff\uffff\uffff\uffff");

        // Then
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("\"field\":\"body\"");
    }

    @Test
    void nothingLeaksWhateverEndsRequests() throws Exception {
        // Given
        var seed = System.nanoTime();
        System.out.println("CompletionProxyTest seed " + seed);
        var random = new Random(seed);

        for (int i = 0; i < 60; i++) {
            // When
            var client = rawPost(STREAMING);
            var call = engine.next();
            switch (random.nextInt(4)) {
                case 0 -> client.close();
                case 1 -> call.answer(200, "fine");
                case 2 -> {
                    call.startStream();
                    call.chunk("data: 1\n\n");
                    if (random.nextBoolean()) {
                        call.socket().close();
                    } else {
                        client.close();
                    }
                }
                default -> call.answer(500, "broken");
            }

            // Then
            assertNothingLeft();
            client.close();
            await().until(() -> router.endpoints.all().getFirst().admits());
        }
    }

    @Test
    void modelsComeFromAnyEndpoint() throws Exception {
        // Given
        var answer = CompletableFuture.supplyAsync(() -> {
            try {
                return router.get("/v1/models");
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });

        // When
        engine.next().answer(200, "{\"data\":[]}");

        // Then
        assertThat(answer.join().body()).isEqualTo("{\"data\":[]}");
    }

    private void assertNothingLeft() {
        await().atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(5))
                .untilAsserted(() -> {
                    assertThat(router.outstanding()).isZero();
                    assertThat(router.admission.inFlight()).isZero();
                });
    }

    private double requests(String status) {
        return router.registry
                .find("kvcachepool.router.proxy.requests")
                .tag("status", status)
                .counter()
                .count();
    }

    private CompletableFuture<HttpResponse<String>> post(String body) {
        return CompletableFuture.supplyAsync(() -> send(router, body));
    }

    private static HttpResponse<String> send(RouterServer to, String body) {
        try {
            return to.post("/v1/completions", body);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static RouterServer router(Duration silence, String... endpoints) {
        var adverts = new FakeAdverts().node("n0", Liveness.FRESH, FakeAdverts.MODEL);
        return new RouterServer(adverts, silence, List.of(endpoints));
    }

    private static String deadUrl() throws IOException {
        try (var gone = new FakeEngine()) {
            return gone.url();
        }
    }

    private Socket rawPost(String body) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), router.port);
        socket.setSoTimeout(10_000);
        socket.getOutputStream()
                .write(("POST /v1/completions HTTP/1.1\r\nhost: x\r\ncontent-length: " + body.length() + "\r\n\r\n"
                                + body)
                        .getBytes(StandardCharsets.UTF_8));
        return socket;
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    private static String readUntil(BufferedReader in, String last) throws IOException {
        var seen = new StringBuilder();
        for (var line = in.readLine(); line != null; line = in.readLine()) {
            seen.append(line).append('\n');
            if (line.equals(last)) {
                return seen.toString();
            }
        }
        throw new IOException("the answer ended before " + last + ", after: " + seen);
    }
}
