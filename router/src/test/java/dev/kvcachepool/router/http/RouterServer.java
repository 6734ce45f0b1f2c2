package dev.kvcachepool.router.http;

import dev.kvcachepool.prefixadvert.hash.BlockHashers;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import dev.kvcachepool.router.endpoint.Discovery;
import dev.kvcachepool.router.endpoint.EndpointSpec;
import dev.kvcachepool.router.endpoint.Endpoints;
import dev.kvcachepool.router.metrics.RouterMetrics;
import dev.kvcachepool.router.pick.ChainCache;
import dev.kvcachepool.router.pick.FakeAdverts;
import dev.kvcachepool.router.pick.Holdings;
import dev.kvcachepool.router.pick.Picker;
import dev.kvcachepool.router.pick.Placement;
import dev.kvcachepool.router.pick.PoolModels;
import dev.kvcachepool.router.pick.PoolNodes;
import dev.kvcachepool.router.pick.Steering;
import dev.kvcachepool.router.policy.Policy;
import dev.kvcachepool.router.policy.ReadRates;
import dev.kvcachepool.router.policy.TtftEstimator;
import dev.kvcachepool.router.request.Admission;
import dev.kvcachepool.router.request.Limits;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/** The router's routes on a Vert.x server of a test's own, over fake adverts. */
final class RouterServer implements AutoCloseable {
    static final int MAX_BODY = 4096;
    static final int MAX_IN_FLIGHT = 4;
    static final Duration BODY_PACE = Duration.ofSeconds(2);

    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final Admission admission = new Admission(MAX_IN_FLIGHT, 4 * MAX_BODY);
    final RouterMetrics metrics = new RouterMetrics(registry);
    final Endpoints endpoints;
    volatile Discovery discovery = Discovery.NONE;
    final int port;
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newHttpClient();

    RouterServer(FakeAdverts adverts, Duration silence, List<String> endpointSpecs) {
        endpoints = new Endpoints(
                endpointSpecs.stream().map(EndpointSpec::parse).toList(),
                1000,
                System::nanoTime,
                RandomGenerator.getDefault());
        var nodes = new PoolNodes(adverts, FakeAdverts.POOL, Placement.NODE_LOCAL, System::nanoTime);
        var models = new PoolModels(adverts, FakeAdverts.POOL, System::nanoTime);
        var steering = new Steering(models, new SaltKey("k"), BlockHashers::of, new ChainCache(1 << 20));
        var picker = new Picker(
                endpoints, Policy.ADVERTS, new TtftEstimator(new ReadRates(1e9, 1e9)), steering, new Holdings(nodes));
        var limits = new Limits(MAX_BODY, 1000, silence, BODY_PACE, Duration.ofSeconds(1));
        metrics.observe(adverts, endpoints, admission::inFlight);
        var router = Router.router(vertx);
        new RouterRoutes(
                        vertx,
                        new RoutedPool(picker, endpoints, () -> discovery, adverts, nodes),
                        admission,
                        limits,
                        metrics)
                .mount(router);
        port = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .actualPort();
    }

    HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return client.send(
                request(path).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    int outstanding() {
        return endpoints.all().stream()
                .mapToInt(endpoint -> endpoint.load(new Namespace(0), List.of()).outstanding())
                .sum();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .version(HttpClient.Version.HTTP_1_1)
                .timeout(Duration.ofSeconds(20));
    }

    @Override
    public void close() {
        client.shutdownNow();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
