package dev.kvcachepool.commandline.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TracingTest {
    private final List<String> said = new CopyOnWriteArrayList<>();
    private final ConcurrentLinkedQueue<String> received = new ConcurrentLinkedQueue<>();
    private volatile int status = 200;
    private HttpServer collector;

    @BeforeEach
    void startCollector() throws IOException {
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/v1/traces", exchange -> {
            received.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        collector.start();
    }

    @AfterEach
    void stopCollector() {
        collector.stop(0);
    }

    private String url() {
        return "http://127.0.0.1:" + collector.getAddress().getPort();
    }

    @Test
    void withoutAnEndpointNothingIsRecorded() {
        // Given
        var environment = Map.of("OTEL_TRACES_SAMPLER", "always_on", "OTEL_SERVICE_NAME", "x");

        // When
        try (var tracing = Tracing.of(environment, "program", said::add)) {
            // Then
            assertThat(tracing.isOn()).isFalse();
            assertThat(tracing.tracer()
                            .spanBuilder("s")
                            .startSpan()
                            .getSpanContext()
                            .isValid())
                    .isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({"OTEL_SDK_DISABLED,true", "OTEL_TRACES_EXPORTER,none"})
    void itIsSwitchedOffAsTheSpecificationHasIt(String variable, String value) {
        // When
        try (var tracing =
                Tracing.of(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", url(), variable, value), "program", said::add)) {
            // Then
            assertThat(tracing.isOn()).isFalse();
        }
    }

    @Test
    void spansReachTheCollectorWithWhatTheEnvironmentSaysOfTheProgram() {
        // Given
        var environment =
                Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", url(), "OTEL_RESOURCE_ATTRIBUTES", "k8s.pod.name=pool-router-0");

        // When
        try (var tracing = Tracing.of(environment, "kvcachepool-test", said::add)) {
            tracing.tracer().spanBuilder("a-span-of-mine").startSpan().end();
        }

        // Then
        assertThat(received).hasSize(1);
        assertThat(received.element()).contains("a-span-of-mine", "kvcachepool-test", "pool-router-0");
        assertThat(said).isEmpty();
    }

    @Test
    void aSamplerThatKeepsNothingSendsNothing() {
        // When
        try (var tracing = Tracing.of(
                Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", url(), "OTEL_TRACES_SAMPLER", "always_off"),
                "program",
                said::add)) {
            tracing.tracer().spanBuilder("s").startSpan().end();
        }

        // Then
        assertThat(received).isEmpty();
    }

    @Test
    void aCollectorThatRefusesIsToldOnceAndAgainWhenItTakes() {
        // Given
        status = 400;
        try (var tracing = Tracing.of(
                Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", url(), "OTEL_BSP_SCHEDULE_DELAY", "10"), "program", said::add)) {
            // When
            for (int i = 0; i < 2; i++) {
                var before = received.size();
                tracing.tracer().spanBuilder("s").startSpan().end();
                await().until(() -> received.size() > before);
            }
            await().until(() -> said.size() == 1);
            status = 200;
            tracing.tracer().spanBuilder("s").startSpan().end();
            await().until(() -> said.size() == 2);
        }

        // Then
        assertThat(said.getFirst()).contains("cannot be delivered to " + url(), "OTEL_EXPORTER_OTLP_ENDPOINT");
        assertThat(said.getLast()).contains("again", "2 spans are lost");
    }

    @ParameterizedTest
    @CsvSource({
        "OTEL_EXPORTER_OTLP_PROTOCOL,grpc,OTEL_EXPORTER_OTLP_PROTOCOL is 'grpc'",
        "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL,http/json,OTEL_EXPORTER_OTLP_TRACES_PROTOCOL is 'http/json'",
        "OTEL_TRACES_SAMPLER,sometimes,sometimes",
        "OTEL_TRACES_SAMPLER_ARG,lots,otel.traces.sampler.arg",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT,collector:4318,OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is 'collector:4318'",
    })
    void aWrongVariableCostsOneLineThatNamesIt(String variable, String value, String named) {
        // Given
        var environment = new HashMap<>(
                Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", url(), "OTEL_TRACES_SAMPLER", "parentbased_traceidratio"));
        environment.put(variable, value);

        // When, Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tracing.of(environment, "program", said::add))
                .withMessageContaining(named)
                .satisfies(refusal -> assertThat(refusal.getMessage().lines()).hasSize(1));
    }
}
