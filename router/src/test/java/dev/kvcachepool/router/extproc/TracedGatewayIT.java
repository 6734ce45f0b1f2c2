package dev.kvcachepool.router.extproc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvcachepool.commandline.tracing.Tracing;
import dev.kvcachepool.prefixadvert.table.Liveness;
import dev.kvcachepool.router.metrics.RouterMetrics;
import dev.kvcachepool.router.pick.FakeAdverts;
import dev.kvcachepool.router.pick.TestPool;
import dev.kvcachepool.router.request.Admission;
import dev.kvcachepool.router.tokens.Tokenizing;
import dev.kvcachepool.router.trace.RequestTraces;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TracedGatewayIT {
    private static final Metadata.Key<String> TRACEPARENT =
            Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String CLIENT = "00-" + TRACE + "-1111111111111111-01";

    private final TestPool pool = TestPool.of(
            new FakeAdverts().node("n0", Liveness.FRESH, FakeAdverts.MODEL),
            List.of("e0=http://10.0.0.1:8000@n0", "e1=http://10.0.0.2:8000"));
    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private PickerServer server;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws Exception {
        var metrics = new RouterMetrics(new SimpleMeterRegistry());
        server = new PickerServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new Transport.Plain(),
                pool.picker(),
                pool.endpoints(),
                Tokenizing.none(metrics),
                HandDriven.LIMITS,
                new Admission(8, 64L << 20),
                metrics,
                new RequestTraces(Tracing.to(spans)));
        server.start();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                .usePlaintext()
                .build();
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.close();
    }

    @Test
    void theRequestsSpansJoinTheGatewaysTraceAndTheEngineIsTold() throws Exception {
        // Given a gateway that says in the stream's metadata which span of its own calls, beside the client's header
        pool.holds("n0", 1, 2, 3, 4);
        var metadata = new Metadata();
        metadata.put(TRACEPARENT, "00-" + TRACE + "-b7ad6b7169203331-01");
        var gateway = FakeGateway.open(
                ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(metadata)));

        // When
        var told = routed(gateway);

        // Then
        var request = span("request of a gateway");
        assertThat(request.getTraceId()).isEqualTo(TRACE);
        assertThat(request.getParentSpanId()).isEqualTo("b7ad6b7169203331");
        assertThat(told).isEqualTo("traceparent: 00-" + TRACE + "-" + request.getSpanId() + "-01");
        var pick = span("pick");
        assertThat(pick.getParentSpanId()).isEqualTo(request.getSpanId());
        assertThat(pick.getAttributes().get(AttributeKey.stringKey("kvcachepool.endpoint")))
                .isEqualTo("e0");
        assertThat(pick.getAttributes().get(AttributeKey.stringKey("kvcachepool.pick.basis")))
                .isEqualTo("prefix");
        assertThat(pick.getAttributes().get(AttributeKey.longKey("kvcachepool.blocks.held")))
                .isEqualTo(1);
        gateway.close();
    }

    @Test
    void behindAGatewayThatDoesNotTraceItJoinsTheClients() throws Exception {
        // Given
        var gateway = FakeGateway.open(channel);

        // When
        routed(gateway);

        // Then
        assertThat(span("request of a gateway").getParentSpanId()).isEqualTo("1111111111111111");
        gateway.close();
    }

    /** Sends a request whose client traces; the header that the engine is to get besides. */
    private static String routed(FakeGateway gateway) throws InterruptedException {
        gateway.send(FakeGateway.requestHeaders(
                Map.of(":path", "/v1/completions", "content-type", "application/json", "traceparent", CLIENT), false));
        gateway.send(FakeGateway.requestBody("{\"model\":\"llama\",\"prompt\":[1,2,3,4,5]}", true));
        var header = gateway.next()
                .getRequestHeaders()
                .getResponse()
                .getHeaderMutation()
                .getSetHeaders(1)
                .getHeader();
        return header.getKey() + ": " + header.getRawValue().toStringUtf8();
    }

    private SpanData span(String name) {
        return await().until(
                        () -> spans.getFinishedSpanItems().stream()
                                .filter(span -> span.getName().equals(name))
                                .findAny(),
                        found -> found.isPresent())
                .orElseThrow();
    }
}
