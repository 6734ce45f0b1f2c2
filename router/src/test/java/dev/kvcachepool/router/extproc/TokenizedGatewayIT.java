package dev.kvcachepool.router.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.table.Liveness;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import dev.kvcachepool.router.metrics.RouterMetrics;
import dev.kvcachepool.router.pick.FakeAdverts;
import dev.kvcachepool.router.pick.TestPool;
import dev.kvcachepool.router.request.Admission;
import dev.kvcachepool.router.tokens.EmbeddedTokenizer;
import dev.kvcachepool.router.tokens.TestTokenizers;
import dev.kvcachepool.router.tokens.Tokenizers;
import dev.kvcachepool.router.tokens.Tokenizing;
import dev.kvcachepool.router.tokens.Workers;
import dev.kvcachepool.router.trace.RequestTraces;
import io.grpc.netty.NettyChannelBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Text that a gateway asks about is tokenized, too. */
class TokenizedGatewayIT {
    private static final Map<String, String> HEADERS =
            Map.of(":path", "/v1/completions", ":method", "POST", "content-type", "application/json");
    private static final String TEXT = "The cache holds blocks of keys and values";

    @Test
    void aTextGoesToTheHolderOfItsPrefix() throws Exception {
        // Given
        var metrics = new RouterMetrics(new SimpleMeterRegistry());
        var adverts = new FakeAdverts()
                .node("n0", Liveness.FRESH, FakeAdverts.MODEL)
                .node("n1", Liveness.FRESH, FakeAdverts.MODEL);
        var pool = TestPool.of(adverts, List.of("e0=http://10.0.0.1:8000@n0", "e1=http://10.0.0.2:8000@n1"));
        var admission = new Admission(8, 1 << 20);
        try (var workers = new Workers(1, 4)) {
            var tokenizers = new Tokenizers(1 << 20, workers, new EmbeddedTokenizer.Bounds(1 << 16, 1000));
            var files = TestTokenizers.folder("llama3");
            pool.holds("n1", tokenizers.tokenizer("llama", files).tokens(TEXT, true, "", 1000));
            var tokenizing =
                    new Tokenizing(Map.of("llama", tokenizers.read("llama", files)), new SaltKey("k"), metrics);
            try (var server = new PickerServer(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    new Transport.Plain(),
                    pool.picker(),
                    pool.endpoints(),
                    tokenizing,
                    HandDriven.LIMITS,
                    admission,
                    metrics,
                    RequestTraces.OFF)) {
                server.start();
                var channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                        .usePlaintext()
                        .build();
                var gateway = FakeGateway.open(channel);

                // When
                gateway.send(FakeGateway.requestHeaders(HEADERS, false));
                gateway.send(FakeGateway.requestBody("{\"model\":\"llama\",\"prompt\":\"" + TEXT + "\"}", true));
                var route = gateway.next();

                // Then
                assertThat(route.getDynamicMetadata()
                                .getFieldsOrThrow("envoy.lb")
                                .getStructValue()
                                .getFieldsOrThrow("x-gateway-destination-endpoint")
                                .getStringValue())
                        .startsWith("10.0.0.2:8000");
                gateway.cancel();
                channel.shutdownNow();
            }
        }
    }
}
