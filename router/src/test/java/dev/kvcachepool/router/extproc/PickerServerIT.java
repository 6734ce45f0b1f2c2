package dev.kvcachepool.router.extproc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ListValue;
import com.google.protobuf.Value;
import dev.kvcachepool.prefixadvert.table.Liveness;
import dev.kvcachepool.router.metrics.RouterMetrics;
import dev.kvcachepool.router.pick.FakeAdverts;
import dev.kvcachepool.router.pick.TestPool;
import dev.kvcachepool.router.request.Admission;
import dev.kvcachepool.router.request.CallerHeaders;
import dev.kvcachepool.router.request.Limits;
import dev.kvcachepool.router.tokens.Tokenizing;
import dev.kvcachepool.router.trace.RequestTraces;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PickerServerIT {
    private static final Map<String, String> HEADERS =
            Map.of(":path", "/v1/completions", ":method", "POST", "content-type", "application/json");
    private static final int MAX_BODY = 16 << 20;
    private static final Limits REQUEST =
            new Limits(MAX_BODY, 1000, Duration.ofSeconds(30), Duration.ofSeconds(2), Duration.ofSeconds(1));

    private final FakeAdverts adverts = new FakeAdverts().node("n0", Liveness.FRESH, FakeAdverts.MODEL);
    private final TestPool pool =
            TestPool.of(adverts, List.of("e0=http://10.0.0.1:8000@n0", "e1=http://10.0.0.2:8000"));
    private final Admission admission = new Admission(8, 4L * MAX_BODY);
    private PickerServer server;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws Exception {
        start(new Transport.Plain());
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                .usePlaintext()
                .build();
    }

    private void start(Transport transport) throws Exception {
        server = new PickerServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                transport,
                pool.picker(),
                pool.endpoints(),
                Tokenizing.none(new RouterMetrics(new SimpleMeterRegistry())),
                new PickerLimits(REQUEST, 100, 8, 1, true, CallerHeaders.DEFAULT),
                admission,
                new RouterMetrics(new SimpleMeterRegistry()),
                RequestTraces.OFF);
        server.start();
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.close();
        assertThat(admission.inFlight()).isZero();
        assertThat(pool.outstanding()).isZero();
    }

    @Test
    void anExchangeFromEndToEnd() throws Exception {
        // Given
        pool.holds("n0", 1, 2, 3, 4);
        var gateway = FakeGateway.open(channel);
        gateway.send(FakeGateway.requestHeaders(HEADERS, false));
        gateway.send(FakeGateway.requestBody("{\"model\":\"llama\",\"stream\":true,", false));
        gateway.send(FakeGateway.requestBody("\"prompt\":[1,2,3,4]}", true));

        // When
        var route = gateway.next();
        var body = gateway.next();

        // Then
        assertThat(route.getRequestHeaders().getResponse().getClearRouteCache()).isTrue();
        assertThat(header(route)).isEqualTo("x-gateway-destination-endpoint: 10.0.0.1:8000");
        assertThat(route.getDynamicMetadata()
                        .getFieldsOrThrow("envoy.lb")
                        .getStructValue()
                        .getFieldsOrThrow("x-gateway-destination-endpoint")
                        .getStringValue())
                .isEqualTo("10.0.0.1:8000");
        var streamed = body.getRequestBody().getResponse().getBodyMutation().getStreamedResponse();
        assertThat(streamed.getBody().toStringUtf8()).endsWith("[1,2,3,4]}");
        assertThat(streamed.getEndOfStream()).isTrue();

        gateway.send(FakeGateway.with(
                FakeGateway.responseHeaders(Map.of(":status", "200"), false),
                "envoy.lb",
                "x-gateway-destination-endpoint-served",
                text("10.0.0.1:8000")));
        assertThat(header(gateway.next())).isEqualTo("x-conformance-test-served-endpoint: 10.0.0.1:8000");
        gateway.send(FakeGateway.responseBody("data: 1\n\n", false));
        gateway.send(FakeGateway.responseBody("", true));
        assertThat(gateway.next()
                        .getResponseBody()
                        .getResponse()
                        .getBodyMutation()
                        .getStreamedResponse()
                        .getBody()
                        .toStringUtf8())
                .isEqualTo("data: 1\n\n");
        assertThat(gateway.next()
                        .getResponseBody()
                        .getResponse()
                        .getBodyMutation()
                        .getStreamedResponse()
                        .getEndOfStream())
                .isTrue();
        gateway.close();
        assertThat(gateway.ended.join().isOk()).isTrue();
    }

    static List<Value> subsets() {
        return List.of(
                text("10.0.0.2:8000,10.7.7.7:1"),
                Value.newBuilder()
                        .setListValue(ListValue.newBuilder().addValues(text("10.0.0.2:8000")))
                        .build());
    }

    @ParameterizedTest
    @MethodSource("subsets")
    void theSubsetComesAsTextOrAsAList(Value subset) throws Exception {
        // Given
        var gateway = FakeGateway.open(channel);

        // When
        gateway.send(FakeGateway.with(
                FakeGateway.requestHeaders(HEADERS, true),
                "envoy.lb.subset_hint",
                "x-gateway-destination-endpoint-subset",
                subset));

        // Then
        assertThat(header(gateway.next())).endsWith(": 10.0.0.2:8000");
        gateway.cancel();
        await().until(() -> pool.outstanding() == 0);
    }

    @Test
    void aSubsetOfNoKnownKindAllowsNobody() throws Exception {
        // Given
        var gateway = FakeGateway.open(channel);

        // When
        gateway.send(FakeGateway.with(
                FakeGateway.requestHeaders(HEADERS, true),
                "envoy.lb.subset_hint",
                "x-gateway-destination-endpoint-subset",
                Value.newBuilder().setNumberValue(1).build()));

        // Then
        var refusal = gateway.next().getImmediateResponse();
        assertThat(refusal.getStatus().getCodeValue()).isEqualTo(503);
        assertThat(refusal.getBody().toStringUtf8()).contains("\"error\"", "subset");
        assertThat(gateway.ended.join().isOk()).isTrue();
    }

    @Test
    void theConformanceSuiteSaysWhereARequestGoes() throws Exception {
        // Given
        var gateway = FakeGateway.open(channel);

        // When
        gateway.send(
                FakeGateway.requestHeaders(Map.of(":path", "/x", "test-epp-endpoint-selection", "10.0.0.2"), true));

        // Then
        assertThat(header(gateway.next())).endsWith(": 10.0.0.2:8000");
        gateway.cancel();
        await().until(() -> pool.outstanding() == 0);
    }

    @Test
    void aGatewayThatReadsNothingHoldsNoMoreThanTheBody() throws Exception {
        // Given: an answer of 64 MiB from an engine, and a gateway that takes none of it back
        var gateway = FakeGateway.open(channel, false);
        gateway.send(FakeGateway.requestHeaders(HEADERS, true));
        gateway.readOn(1);
        gateway.next();
        gateway.send(FakeGateway.responseHeaders(Map.of(":status", "200"), false));
        var chunk = FakeGateway.responseBody("x".repeat(64 << 10), false);

        // When: it sends for as long as it may
        var sent = new AtomicInteger();
        await().pollInterval(Duration.ofMillis(1))
                .during(Duration.ofMillis(500))
                .until(() -> {
                    if (!gateway.isReady() || sent.get() == 1024) {
                        return true;
                    }
                    gateway.send(chunk);
                    sent.incrementAndGet();
                    return false;
                });

        // Then: the picker has stopped asking, and all that was sent comes back
        assertThat(sent.get()).isLessThan(1024);
        gateway.readOn(Integer.MAX_VALUE);
        assertThat(gateway.next().hasResponseHeaders()).isTrue();
        for (long bytes = 0; bytes < (long) sent.get() << 16; ) {
            bytes += gateway.next()
                    .getResponseBody()
                    .getResponse()
                    .getBodyMutation()
                    .getStreamedResponse()
                    .getBody()
                    .size();
        }
        gateway.cancel();
        await().until(() -> pool.outstanding() == 0);
    }

    @Test
    void aBodyOfMegabytesComesBackWhole() throws Exception {
        // Given
        var gateway = FakeGateway.open(channel);
        gateway.send(FakeGateway.requestHeaders(HEADERS, false));
        gateway.send(FakeGateway.requestBody("{\"prompt\":\"", false));
        for (int i = 0; i < 100; i++) {
            gateway.send(FakeGateway.requestBody("x".repeat(100_000), false));
        }

        // When
        gateway.send(FakeGateway.requestBody("\"}", true));

        // Then
        assertThat(header(gateway.next())).startsWith("x-gateway-destination-endpoint: ");
        long bytes = 0;
        var end = false;
        while (!end) {
            var part = gateway.next()
                    .getRequestBody()
                    .getResponse()
                    .getBodyMutation()
                    .getStreamedResponse();
            bytes += part.getBody().size();
            end = part.getEndOfStream();
            assertThat(part.getBody().size()).isLessThanOrEqualTo(62_000);
        }
        assertThat(bytes).isEqualTo(100 * 100_000 + 13);
        gateway.cancel();
        await().until(() -> pool.outstanding() == 0 && admission.inFlight() == 0);
    }

    @Test
    void aClientThatHangsUpWhileItsBodyComesLeavesNothing() {
        // Given
        var gateway = FakeGateway.open(channel);
        gateway.send(FakeGateway.requestHeaders(HEADERS, false));
        gateway.send(FakeGateway.requestBody("{", false));
        await().until(() -> admission.inFlight() == 1);

        // When
        gateway.cancel();

        // Then
        await().until(() -> admission.inFlight() == 0);
    }

    @Test
    void aBodyThatStandsStillGets408() throws Exception {
        // Given
        var gateway = FakeGateway.open(channel);
        gateway.send(FakeGateway.requestHeaders(HEADERS, false));

        // When
        gateway.send(FakeGateway.requestBody("{", false));

        // Then
        assertThat(gateway.next().getImmediateResponse().getStatus().getCodeValue())
                .isEqualTo(408);
    }

    @Test
    void messagesOutOfOrderEndTheStreamWithOneSentence() {
        // Given
        var gateway = FakeGateway.open(channel);

        // When
        gateway.send(FakeGateway.requestBody("{}", true));

        // Then
        var status = gateway.ended.join();
        assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(status.getDescription()).isEqualTo("a request's body where none is expected in the ext_proc stream");
    }

    @Test
    void anEmptyMessageEndsTheStream() {
        // Given
        var gateway = FakeGateway.open(channel);

        // When
        gateway.send(ProcessingRequest.getDefaultInstance());

        // Then
        assertThat(gateway.ended.join().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void healthIsThatOfTheTables() {
        // Given
        assertThat(health("")).isEqualTo(ServingStatus.SERVING);

        // When
        adverts.ready(false);

        // Then
        await().until(() -> health("envoy.service.ext_proc.v3.ExternalProcessor") == ServingStatus.NOT_SERVING);
        assertThat(health("liveness")).isEqualTo(ServingStatus.SERVING);
    }

    @Test
    void speaksTlsWithACertificateOfItsOwn() throws Exception {
        // Given
        stop();
        start(new Transport.SelfSigned());
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                .sslContext(GrpcSslContexts.forClient()
                        .trustManager(InsecureTrustManagerFactory.INSTANCE)
                        .build())
                .build();
        var gateway = FakeGateway.open(channel);

        // When
        gateway.send(FakeGateway.requestHeaders(HEADERS, true));

        // Then
        assertThat(header(gateway.next())).startsWith("x-gateway-destination-endpoint: ");
        gateway.cancel();
        await().until(() -> pool.outstanding() == 0);
    }

    private ServingStatus health(String service) {
        return HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.newBuilder().setService(service).build())
                .getStatus();
    }

    private static String header(ProcessingResponse answer) {
        var response = answer.hasRequestHeaders()
                ? answer.getRequestHeaders().getResponse()
                : answer.getResponseHeaders().getResponse();
        var header = response.getHeaderMutation().getSetHeaders(0).getHeader();
        return header.getKey() + ": " + header.getRawValue().toStringUtf8();
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }
}
