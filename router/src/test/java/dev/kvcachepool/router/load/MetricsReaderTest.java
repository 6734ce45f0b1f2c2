package dev.kvcachepool.router.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvcachepool.router.endpoint.Endpoint;
import dev.kvcachepool.router.http.FakeEngine;
import dev.kvcachepool.router.metrics.RouterMetrics;
import dev.kvcachepool.router.pick.FakeAdverts;
import dev.kvcachepool.router.pick.TestPool;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetricsReaderTest {
    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private FakeEngine engine;
    private Endpoint endpoint;
    private MetricsReader reader;

    @BeforeEach
    void start() throws IOException {
        engine = new FakeEngine();
        var pool = TestPool.of(new FakeAdverts(), List.of("e=" + engine.url()));
        endpoint = pool.endpoints().all().getFirst();
        reader = new MetricsReader(
                vertx, pool.endpoints(), MetricNames.VLLM, Duration.ofMillis(100), new RouterMetrics(registry));
        reader.start();
    }

    @AfterEach
    void stop() throws IOException {
        reader.close();
        engine.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void tellsTheEndpointWhatItsEngineSaysAgainAndAgain() throws Exception {
        // Given
        var call = engine.next();
        assertThat(call.head()).startsWith("GET /metrics HTTP/1.1");

        // When
        call.answer(200, "vllm:num_requests_waiting 3\n");
        await().until(() -> waiting() == 3);
        engine.next().answer(200, "vllm:num_requests_waiting 4\n");

        // Then
        await().until(() -> waiting() == 4);
        assertThat(reads("said")).isEqualTo(2);
    }

    @Test
    void whatCannotBeReadIsAFailureAndLeavesTheLastWord() throws Exception {
        // Given
        engine.next().answer(200, "vllm:num_requests_waiting 3\n");
        await().until(() -> waiting() == 3);

        // When
        engine.next().answer(404, "none");
        engine.next().answer(200, "nothing of it");

        // Then
        await().until(() -> reads("failed") == 2);
        assertThat(waiting()).isEqualTo(3);
    }

    @Test
    void anEngineThatSaysNothingIsGivenUpAfterASecondAndAskedAgain() throws Exception {
        // When
        var silent = engine.next();

        // Then
        assertThat(silent.hungUp()).isTrue();
        engine.next().answer(200, "vllm:num_requests_waiting 1\n");
        await().until(() -> waiting() == 1);
    }

    @Test
    void anEngineThatSaysTooMuchIsCutOff() throws Exception {
        // Given
        var call = engine.next();

        // When
        call.startStream();
        var line = "x".repeat(1 << 16);
        try {
            for (int i = 0; i < 128; i++) {
                call.chunk(line);
            }
        } catch (IOException cutOff) {
            assertThat(cutOff).isNotNull();
        }

        // Then
        await().until(() -> reads("failed") >= 1);
        assertThat(call.hungUp()).isTrue();
    }

    private int waiting() {
        var report = endpoint.report();
        return report == null ? -1 : report.waiting();
    }

    private double reads(String outcome) {
        var counter = registry.find("kvcachepool.router.engine.reads")
                .tag("outcome", outcome)
                .counter();
        return counter == null ? 0 : counter.count();
    }
}
