package dev.kvcachepool.router.load;

import dev.kvcachepool.router.endpoint.Endpoint;
import dev.kvcachepool.router.endpoint.Endpoints;
import dev.kvcachepool.router.metrics.RouterMetrics;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/**
 * Reads each engine's {@code /metrics}, one read at a time an engine, and tells its endpoint what it said. A read that takes
 * more than a second, or brings more than 4 MiB, is a failure. The latest word stays: readers judge it by its age.
 */
public final class MetricsReader implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(MetricsReader.class);
    private static final int TICK_MILLIS = 25;
    private static final int LIMIT_MILLIS = 1_000;
    private static final int MAX_BYTES = 4 << 20;
    private static final int OK = 200;

    private final Vertx vertx;
    private final Endpoints endpoints;
    private final MetricNames names;
    private final Duration interval;
    private final RouterMetrics metrics;
    private final HttpClient client;
    private final RandomGenerator random = RandomGenerator.of("SplittableRandom");
    private final Map<String, Poll> polls = new HashMap<>();
    private long timer;

    /** A reader that does nothing until {@link #start}; then it reads each engine every {@code interval}. */
    public MetricsReader(
            Vertx vertx, Endpoints endpoints, MetricNames names, Duration interval, RouterMetrics metrics) {
        this.vertx = vertx;
        this.endpoints = endpoints;
        this.names = names;
        this.interval = interval;
        this.metrics = metrics;
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setConnectTimeout(LIMIT_MILLIS), new PoolOptions().setHttp1MaxSize(1));
    }

    /** Begins; returns at once. */
    public void start() {
        timer = vertx.setPeriodic(TICK_MILLIS, fired -> tick());
    }

    private void tick() {
        var now = System.nanoTime();
        var all = endpoints.all();
        for (var endpoint : all) {
            var poll = polls.computeIfAbsent(endpoint.name(), name -> new Poll(interval, random, now));
            if (poll.begin(now)) {
                read(endpoint).onComplete(read -> {
                    poll.end(read.succeeded(), System.nanoTime());
                    metrics.engineRead(endpoint.name(), read.succeeded());
                    if (read.failed()) {
                        LOG.debugf("the metrics of %s cannot be read: %s", endpoint.name(), read.cause());
                    }
                });
            }
        }
        if (polls.size() > all.size()) {
            polls.keySet().removeIf(name -> endpoints.named(name).isEmpty());
        }
    }

    private Future<Void> read(Endpoint endpoint) {
        var said = Promise.<Void>promise();
        var spec = endpoint.spec();
        var limit = vertx.setTimer(LIMIT_MILLIS, fired -> said.tryFail("no answer within a second"));
        client.request(new RequestOptions()
                        .setMethod(HttpMethod.GET)
                        .setHost(spec.host())
                        .setPort(spec.port())
                        .setURI("/metrics")
                        .putHeader("accept", "text/plain;version=0.0.4"))
                .onFailure(said::tryFail)
                .onSuccess(request -> {
                    said.future().onFailure(failure -> request.reset());
                    send(request, endpoint, said);
                });
        return said.future().onComplete(done -> vertx.cancelTimer(limit));
    }

    private void send(HttpClientRequest request, Endpoint endpoint, Promise<Void> said) {
        request.send().onFailure(said::tryFail).onSuccess(answer -> {
            var body = Buffer.buffer();
            answer.exceptionHandler(said::tryFail);
            answer.handler(chunk -> {
                body.appendBuffer(chunk);
                if (body.length() > MAX_BYTES) {
                    said.tryFail("more than " + MAX_BYTES + " bytes");
                    answer.handler(null);
                }
            });
            answer.endHandler(end -> tell(endpoint, answer, body, said));
        });
    }

    private void tell(Endpoint endpoint, HttpClientResponse answer, Buffer body, Promise<Void> said) {
        if (answer.statusCode() != OK) {
            said.tryFail("status " + answer.statusCode());
            return;
        }
        var read = EngineMetrics.read(body.toString(StandardCharsets.UTF_8), names, System.nanoTime());
        if (read.isEmpty()) {
            said.tryFail("neither " + names.waiting() + " nor " + names.running() + " is among them");
            return;
        }
        endpoint.report(read.get().report());
        endpoint.traits(read.get().traits());
        said.tryComplete();
    }

    @Override
    public void close() {
        vertx.cancelTimer(timer);
        var _ = client.close();
    }
}
