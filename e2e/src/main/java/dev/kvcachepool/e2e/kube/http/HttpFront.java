package dev.kvcachepool.e2e.kube.http;

import dev.kvcachepool.e2e.kube.model.ApiFailure;
import dev.kvcachepool.e2e.kube.model.ResourceTypes;
import dev.kvcachepool.e2e.kube.resource.Resources;
import dev.kvcachepool.e2e.kube.store.ObjectStore;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The HTTP server on loopback: reads requests, hands them on, and turns failures into Status objects. */
public final class HttpFront implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(HttpFront.class.getName());
    private static final int LARGEST_BODY = 3 << 20;
    private static final int LARGEST_HEAD = 64 << 10;
    private static final int WAIT_SECONDS = 30;

    private final Vertx vertx = Vertx.vertx(new VertxOptions()
            .setEventLoopPoolSize(2)
            .setFileSystemOptions(
                    new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
    private final Routes routes;
    private final Watches watches;
    private final int port;

    /** Serves from a free port on. */
    public HttpFront(ObjectStore store, ResourceTypes types, Resources resources) {
        var objects = new ObjectRoutes(store, types, resources);
        this.routes = new Routes(types, objects);
        this.watches = new Watches(vertx, store, objects);
        var options = new HttpServerOptions()
                .setHost("127.0.0.1")
                .setPort(0)
                .setMaxHeaderSize(LARGEST_HEAD)
                .setMaxInitialLineLength(LARGEST_HEAD)
                .setTcpNoDelay(true);
        var listening =
                vertx.createHttpServer(options).requestHandler(this::receive).listen();
        this.port = await(listening.toCompletionStage().toCompletableFuture()).actualPort();
    }

    public int port() {
        return port;
    }

    private void receive(HttpServerRequest http) {
        guarded(http, () -> {
            var head = request(http, Buffer.buffer());
            if (Watches.wants(http, head)) {
                watches.open(http, head);
            } else {
                readBody(http);
            }
        });
    }

    private void readBody(HttpServerRequest http) {
        var body = Buffer.buffer();
        http.handler(part -> {
            if (body.length() + part.length() <= LARGEST_BODY) {
                body.appendBuffer(part);
            } else if (!http.response().ended()) {
                send(http, failure(tooLarge()));
            }
        });
        http.endHandler(_ -> {
            if (!http.response().ended()) {
                guarded(http, () -> send(http, routes.answer(request(http, body))));
            }
        });
    }

    private static void guarded(HttpServerRequest http, Runnable work) {
        try {
            work.run();
        } catch (ApiFailure e) {
            send(http, failure(e));
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, http.method() + " " + http.uri() + " failed in the in-memory API", e);
            send(http, failure(ApiFailure.of(500, "InternalError", "the in-memory API failed; its log says why")));
        }
    }

    private static ApiFailure tooLarge() {
        return ApiFailure.of(
                413, "RequestEntityTooLarge", "the request's body is limited to " + LARGEST_BODY + " bytes");
    }

    private static Answer failure(ApiFailure failure) {
        return Answer.json(failure.code(), failure.status());
    }

    private static void send(HttpServerRequest http, Answer answer) {
        var response = http.response();
        if (!response.ended() && !response.closed()) {
            response.setStatusCode(answer.code())
                    .putHeader("Content-Type", answer.contentType())
                    .end(answer.body());
        }
    }

    private static ApiRequest request(HttpServerRequest http, Buffer body) {
        Map<String, String> query = new LinkedHashMap<>();
        http.params().forEach(parameter -> query.putIfAbsent(parameter.getKey(), parameter.getValue()));
        return new ApiRequest(
                http.method().name(),
                Optional.ofNullable(http.path()).orElse("/"),
                query,
                header(http, "Accept"),
                header(http, "Content-Type"),
                header(http, "User-Agent"),
                body);
    }

    private static String header(HttpServerRequest http, String name) {
        return Optional.ofNullable(http.getHeader(name)).orElse("");
    }

    private static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the in-memory API could not open or close its port", e);
        }
    }

    @Override
    public void close() {
        await(vertx.close().toCompletionStage().toCompletableFuture());
    }
}
