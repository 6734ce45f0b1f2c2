package dev.kvcachepool.router.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.prefixadvert.table.Liveness;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import dev.kvcachepool.router.metrics.RouterMetrics;
import dev.kvcachepool.router.pick.FakeAdverts;
import dev.kvcachepool.router.pick.TestPool;
import dev.kvcachepool.router.request.Admission;
import dev.kvcachepool.router.request.CallerHeaders;
import dev.kvcachepool.router.request.Limits;
import dev.kvcachepool.router.tokens.Tokenizing;
import dev.kvcachepool.router.trace.RequestTraces;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What the picker adds to a request through stock Envoy: requests one after another, in turns through an Envoy with a picker
 * and one without, to the same engines, which answer at once. The picker runs in the load generator's own JVM, over a naive
 * index: its hashing, its choice and its gRPC are the real ones. {@code make bench-picker}.
 */
class PickerBench {
    private static final ModelSpec MODEL = new ModelSpec("llama", "lmcache-blake3", 256, List.of());
    private static final int ENGINES = 4;
    private static final int WARM_UP = 3_000;
    private static final int REQUESTS = 3_000;
    private static final Path REPORT = Path.of(System.getProperty("kvp.root", ".."), "target/bench/picker.json");
    private static final Limits REQUEST =
            new Limits(16 << 20, 1 << 20, Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofSeconds(1));

    /** Times in milliseconds. */
    private record Row(
            String prompt,
            int bodyBytes,
            int requests,
            double withoutP50,
            double withP50,
            double withoutP99,
            double withP99) {}

    private final HttpClient client = HttpClient.newHttpClient();
    private final Vertx vertx = Vertx.vertx();

    @Test
    void measure() throws Exception {
        var engines = IntStream.range(0, ENGINES).mapToObj(i -> engine()).toList();
        var adverts = new FakeAdverts().node("n0", Liveness.FRESH, MODEL);
        var pool = TestPool.of(
                adverts,
                IntStream.range(0, ENGINES)
                        .mapToObj(i -> "e" + i + "=http://" + engines.get(i) + "@n0")
                        .toList());
        try (var picker = new PickerServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new Transport.Plain(),
                pool.picker(),
                pool.endpoints(),
                Tokenizing.none(new RouterMetrics(new SimpleMeterRegistry())),
                new PickerLimits(REQUEST, 100, 64, 1, false, CallerHeaders.DEFAULT),
                new Admission(64, 64L << 20),
                new RouterMetrics(new SimpleMeterRegistry()),
                RequestTraces.OFF)) {
            picker.start();
            try (var with = envoy(picker.port(), engines);
                    var without = envoy(0, engines)) {
                var rows = new ArrayList<Row>();
                rows.add(row("512 token ids", tokens(512), without, with));
                rows.add(row("8192 token ids", tokens(8192), without, with));
                rows.add(row("text, 64 KiB", text(64 << 10), without, with));
                rows.add(row("text, 1 MiB", text(1 << 20), without, with));
                report(rows);
            }
        } finally {
            client.shutdownNow();
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private Row row(String prompt, String body, Envoy without, Envoy with) throws Exception {
        int share = body.length() > 1 << 19 ? 10 : 1;
        for (int i = 0; i < WARM_UP / share; i++) {
            nanos(without, body);
            nanos(with, body);
        }
        var plain = new long[REQUESTS / share];
        var picked = new long[REQUESTS / share];
        for (int i = 0; i < plain.length; i++) {
            plain[i] = nanos(without, body);
            picked[i] = nanos(with, body);
        }
        Arrays.sort(plain);
        Arrays.sort(picked);
        return new Row(
                prompt,
                body.length(),
                plain.length,
                percentile(plain, 50),
                percentile(picked, 50),
                percentile(plain, 99),
                percentile(picked, 99));
    }

    private static double percentile(long[] sorted, int percent) {
        return sorted[sorted.length * percent / 100] / 1e6;
    }

    private long nanos(Envoy envoy, String body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(envoy.url() + "/v1/completions"))
                .version(HttpClient.Version.HTTP_1_1)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        var start = System.nanoTime();
        var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        var took = System.nanoTime() - start;
        assertThat(answer.statusCode()).isEqualTo(200);
        return took;
    }

    /** One that answers at once; its {@code host:port}. */
    private String engine() {
        var port = vertx.createHttpServer()
                .requestHandler(request -> request.endHandler(end -> {
                    var _ = request.response().end("{\"choices\":[]}");
                }))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .actualPort();
        return "127.0.0.1:" + port;
    }

    private static Envoy envoy(int pickerPort, List<String> engines) throws Exception {
        return Envoy.start(new Envoy.Setup(Envoy.Balancer.OVERRIDE_HOST, pickerPort, false, engines, List.of(), 0));
    }

    private static String tokens(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Integer.toString(i * 31 % 128_000))
                .collect(Collectors.joining(",", "{\"model\":\"llama\",\"stream\":true,\"prompt\":[", "]}"));
    }

    private static String text(int length) {
        return "{\"model\":\"llama\",\"stream\":true,\"prompt\":\"" + "x".repeat(length) + "\"}";
    }

    private static void report(List<Row> rows) throws Exception {
        Files.createDirectories(REPORT.getParent());
        Files.writeString(
                REPORT, new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(rows));
        System.out.printf("%-16s %26s %26s%n", "prompt", "p50 ms: without/with/added", "p99 ms: without/with/added");
        for (var row : rows) {
            System.out.printf(
                    "%-16s %10.2f %7.2f %7.2f %10.2f %7.2f %7.2f%n",
                    row.prompt,
                    row.withoutP50,
                    row.withP50,
                    row.withP50 - row.withoutP50,
                    row.withoutP99,
                    row.withP99,
                    row.withP99 - row.withoutP99);
        }
    }
}
