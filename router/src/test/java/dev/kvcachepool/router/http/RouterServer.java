package dev.kvcachepool.router.http;

import dev.kvcachepool.commandline.tracing.Tracing;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import dev.kvcachepool.router.endpoint.Discovery;
import dev.kvcachepool.router.endpoint.Endpoints;
import dev.kvcachepool.router.metrics.RouterMetrics;
import dev.kvcachepool.router.pick.FakeAdverts;
import dev.kvcachepool.router.pick.PoolMismatches;
import dev.kvcachepool.router.pick.TestPool;
import dev.kvcachepool.router.pin.Pins;
import dev.kvcachepool.router.request.Admission;
import dev.kvcachepool.router.request.CallerHeaders;
import dev.kvcachepool.router.request.Limits;
import dev.kvcachepool.router.tokens.Tokenizing;
import dev.kvcachepool.router.trace.RequestTraces;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;

/** The router's routes on a Vert.x server of a test's own, over fake adverts. */
final class RouterServer implements AutoCloseable {
    static final int MAX_BODY = 4096;
    static final int MAX_IN_FLIGHT = 4;
    static final Duration PIN_TIMEOUT = Duration.ofSeconds(2);
    static final Duration BODY_PACE = Duration.ofSeconds(2);

    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final Admission admission = new Admission(MAX_IN_FLIGHT, 4 * MAX_BODY);
    final RouterMetrics metrics = new RouterMetrics(registry);
    final InMemorySpanExporter spans = InMemorySpanExporter.create();
    final RequestTraces traces = new RequestTraces(Tracing.to(spans));
    final Endpoints endpoints;
    /** Of whom it was said that they are gone. */
    final Queue<NodeRow> gone = new ConcurrentLinkedQueue<>();

    volatile boolean brokerIsThere = true;
    final TestPool pool;
    volatile Discovery discovery = Discovery.NONE;
    final int port;
    /** What the router shows nodes, in this order. */
    volatile List<List<String>> logins = List.of(List.of("secret"));

    private final Pins pins;
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newHttpClient();

    RouterServer(FakeAdverts adverts, Duration silence, List<String> endpointSpecs) {
        this(adverts, silence, endpointSpecs, (metrics, endpoints) -> Tokenizing.none(metrics));
    }

    RouterServer(
            FakeAdverts adverts,
            Duration silence,
            List<String> endpointSpecs,
            BiFunction<RouterMetrics, Endpoints, Tokenizing> tokens) {
        pool = TestPool.of(adverts, endpointSpecs);
        endpoints = pool.endpoints();
        var tokenizing = tokens.apply(metrics, endpoints);
        var limits = new Limits(MAX_BODY, 1000, silence, BODY_PACE, Duration.ofSeconds(1));
        metrics.observe(adverts, endpoints, admission::inFlight);
        pins = new Pins(() -> logins, null, PIN_TIMEOUT, metrics);
        var routed = new RoutedPool(
                pool.picker(),
                endpoints,
                () -> discovery,
                adverts,
                pool.nodes(),
                new PoolMismatches(pool.nodes(), pool.picker().sent()),
                pool.blend(),
                pool.holders(),
                pins);
        var router = Router.router(vertx);
        var serving = new Serving(vertx, tokenizing, admission, limits, metrics, traces);
        new RouterRoutes(routed, serving, CallerHeaders.DEFAULT, this::gone).mount(router);
        new WebPage(routed).mount(router);
        port = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .actualPort();
    }

    private void gone(NodeRow last) throws TimeoutException {
        if (!brokerIsThere) {
            throw new TimeoutException("no broker");
        }
        gone.add(last);
    }

    HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return client.send(
                request(path).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    CompletableFuture<HttpResponse<String>> postLater(String path, String body) {
        return client.sendAsync(
                request(path).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** From now on {@code node} holds the blocks of this prompt. */
    void holds(String node, int... tokens) {
        pool.holds(node, tokens);
    }

    double counter(String name, String tag, String value) {
        var counter =
                registry.find("kvcachepool.router." + name).tag(tag, value).counter();
        return counter == null ? 0 : counter.count();
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    int outstanding() {
        return pool.outstanding();
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .version(HttpClient.Version.HTTP_1_1)
                .timeout(Duration.ofSeconds(20));
    }

    @Override
    public void close() {
        client.shutdownNow();
        pins.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
