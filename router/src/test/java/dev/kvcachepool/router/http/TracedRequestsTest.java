package dev.kvcachepool.router.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvcachepool.prefixadvert.table.Liveness;
import dev.kvcachepool.router.pick.FakeAdverts;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TracedRequestsTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String CALLER = "00-" + TRACE + "-b7ad6b7169203331-01";
    private static final String PROMPT = "{\"model\":\"llama\",\"prompt\":[1,2,3,4,5],\"cache_salt\":\"secret-salt\"}";

    private FakeEngine engine;
    private RouterServer router;

    @BeforeEach
    void start() throws Exception {
        engine = new FakeEngine();
        var adverts = new FakeAdverts().node("n0", Liveness.FRESH, FakeAdverts.MODEL);
        router = new RouterServer(adverts, Duration.ofSeconds(10), List.of("e0=" + engine.url() + "@n0"));
    }

    @AfterEach
    void stop() throws Exception {
        router.close();
        engine.close();
    }

    @Test
    void aProxiedCompletionIsOneTraceFromTheCallerToTheEngine() throws Exception {
        // Given
        var answer = Thread.startVirtualThread(() -> completion(CALLER));
        var call = engine.next();

        // When
        call.answer(200, "{}");
        answer.join();
        var request = span("POST /v1/completions");

        // Then
        assertThat(request.getTraceId()).isEqualTo(TRACE);
        assertThat(request.getParentSpanId()).isEqualTo("b7ad6b7169203331");
        assertThat(request.getKind()).isEqualTo(SpanKind.SERVER);
        assertThat(request.getAttributes().get(AttributeKey.longKey("http.response.status_code")))
                .isEqualTo(200);
        var pick = span("pick");
        assertThat(pick.getParentSpanId()).isEqualTo(request.getSpanId());
        assertThat(pick.getAttributes().get(AttributeKey.stringKey("gen_ai.request.model")))
                .isEqualTo("llama");
        var sent = span("engine");
        assertThat(sent.getParentSpanId()).isEqualTo(request.getSpanId());
        assertThat(call.head().toLowerCase(Locale.ROOT))
                .contains("traceparent: 00-" + TRACE + "-" + sent.getSpanId() + "-01")
                .doesNotContain("b7ad6b7169203331");
        assertThat(router.spans.getFinishedSpanItems().toString()).doesNotContain("secret-salt");
    }

    @Test
    void aCallersSpanThatIsNoneIsAsIfItWereNotSaid() throws Exception {
        // Given
        var answer = Thread.startVirtualThread(() -> completion("00-" + "z".repeat(5_000)));

        // When
        engine.next().answer(200, "{}");
        answer.join();

        // Then
        assertThat(span("POST /v1/completions").getParentSpanContext().isValid())
                .isFalse();
    }

    @Test
    void whoWasNotSampledByTheCallerIsNotRecorded() throws Exception {
        // Given
        var answer = Thread.startVirtualThread(() -> completion(CALLER.replaceAll("01$", "00")));

        // When
        var call = engine.next();
        call.answer(200, "{}");
        answer.join();

        // Then the engine is told so, too
        assertThat(call.head().toLowerCase(Locale.ROOT)).containsPattern("traceparent: 00-" + TRACE + "-.{16}-00");
        assertThat(router.spans.getFinishedSpanItems()).isEmpty();
    }

    @Test
    void anEngineThatCannotBeReachedIsAnError() throws Exception {
        // Given
        engine.close();

        // When
        completion(CALLER);

        // Then
        assertThat(span("engine").getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        var request = span("POST /v1/completions");
        assertThat(request.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(request.getAttributes().get(AttributeKey.longKey("http.response.status_code")))
                .isEqualTo(502);
    }

    @Test
    void aClientThatHangsUpBeforeItsRequestIsWholeHasGone() throws Exception {
        // When
        try (var client = new Socket(InetAddress.getLoopbackAddress(), router.port)) {
            client.getOutputStream()
                    .write("POST /v1/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"
                            .getBytes(StandardCharsets.US_ASCII));
        }

        // Then
        assertThat(span("POST /v1/completions").getAttributes().get(AttributeKey.longKey("http.response.status_code")))
                .isEqualTo(499);
    }

    @Test
    void aPickForSomebodyElseSaysWhatItRestsOn() throws Exception {
        // Given
        router.holds("n0", 1, 2, 3, 4);

        // When
        router.post("/v1/pick", "{\"model\":\"llama\",\"tokens\":[1,2,3,4,5]}");

        // Then
        assertThat(span("pick").getParentSpanId())
                .isEqualTo(span("POST /v1/pick").getSpanId());
        assertThat(span("pick").getAttributes().get(AttributeKey.longKey("kvcachepool.blocks.held")))
                .isEqualTo(1);
        assertThat(span("pick").getAttributes().get(AttributeKey.stringKey("kvcachepool.pick.reason")))
                .contains("holds 1 of 1 blocks");
    }

    private void completion(String traceparent) {
        try {
            router.send(router.request("/v1/completions")
                    .header("traceparent", traceparent)
                    .POST(BodyPublishers.ofString(PROMPT)));
        } catch (Exception e) {
            throw new IllegalStateException("the router answers", e);
        }
    }

    /** The span of this name, which ends about when the answer does. */
    private SpanData span(String name) {
        return await().until(
                        () -> router.spans.getFinishedSpanItems().stream()
                                .filter(span -> span.getName().equals(name))
                                .findAny(),
                        found -> found.isPresent())
                .orElseThrow();
    }
}
