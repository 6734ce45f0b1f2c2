package dev.kvcachepool.e2e.observe;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/** Stands in for an OpenTelemetry collector: takes OTLP over HTTP, and keeps what came. One a run. Thread-safe. */
public final class TraceCollector {
    private static final TraceCollector SHARED = new TraceCollector();

    private final Queue<Received> received = new ConcurrentLinkedQueue<>();
    private final HttpServer server;

    /**
     * A span that came.
     *
     * @param resource what its program said of itself
     * @param events names of what happened within it
     */
    public record Received(
            String trace,
            String id,
            String parent,
            String name,
            Map<String, String> attributes,
            Map<String, String> resource,
            List<String> events) {}

    private TraceCollector() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/v1/traces", this::take);
        server.start();
    }

    public static TraceCollector shared() {
        return SHARED;
    }

    /** What has a program send its spans here, soon. */
    public Map<String, String> environment() {
        return Map.of(
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                "http://127.0.0.1:" + server.getAddress().getPort(),
                "OTEL_BSP_SCHEDULE_DELAY",
                "100");
    }

    public List<Received> spans() {
        return List.copyOf(received);
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            var request = ExportTraceServiceRequest.parseFrom(
                    exchange.getRequestBody().readAllBytes());
            request.getResourceSpansList().forEach(ofResource -> {
                var resource = map(ofResource.getResource().getAttributesList());
                ofResource.getScopeSpansList().stream()
                        .flatMap(scope -> scope.getSpansList().stream())
                        .forEach(span -> received.add(received(span, resource)));
            });
            exchange.sendResponseHeaders(200, -1);
        }
    }

    private static Received received(Span span, Map<String, String> resource) {
        var hex = HexFormat.of();
        return new Received(
                hex.formatHex(span.getTraceId().toByteArray()),
                hex.formatHex(span.getSpanId().toByteArray()),
                hex.formatHex(span.getParentSpanId().toByteArray()),
                span.getName(),
                map(span.getAttributesList()),
                resource,
                span.getEventsList().stream().map(Span.Event::getName).toList());
    }

    private static Map<String, String> map(List<KeyValue> attributes) {
        return attributes.stream().collect(Collectors.toMap(KeyValue::getKey, attribute -> {
            var value = attribute.getValue();
            return value.hasStringValue() ? value.getStringValue() : Long.toString(value.getIntValue());
        }));
    }
}
