package dev.kvcachepool.e2e.kube.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.e2e.kube.model.ApiFailure;
import dev.kvcachepool.e2e.kube.model.Json;
import dev.kvcachepool.e2e.kube.store.ObjectStore;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;

/** Answers watches, over WebSockets where the client asks for that, as a chunked answer otherwise. */
final class Watches {
    private final Vertx vertx;
    private final ObjectStore store;
    private final ObjectRoutes objects;

    Watches(Vertx vertx, ObjectStore store, ObjectRoutes objects) {
        this.vertx = vertx;
        this.store = store;
        this.objects = objects;
    }

    static boolean wants(HttpServerRequest http, ApiRequest request) {
        var path = request.path();
        return http.method().name().equals("GET")
                && request.flag("watch")
                && (path.startsWith("/api/") || path.startsWith("/apis/"));
    }

    void open(HttpServerRequest http, ApiRequest request) {
        var path = RequestPath.parse(request.path()).orElseThrow(ApiFailure::noSuchPath);
        var type = objects.type(path);
        var timeout = request.parameter("timeoutSeconds");
        if (!timeout.matches("\\d{0,9}")) {
            throw ApiFailure.badRequest("timeoutSeconds: \"" + timeout + "\": allowed are whole seconds from 0");
        }
        var seconds = timeout.isEmpty() ? 0 : Long.parseLong(timeout);
        var stream = new WatchStream(
                vertx.getOrCreateContext(), wakeUp -> new WatchFeed(store, type, path, request, wakeUp));
        if ("websocket".equalsIgnoreCase(http.getHeader("Upgrade"))) {
            webSocket(http, stream, seconds);
        } else {
            chunked(http, stream, seconds);
        }
    }

    private static void webSocket(HttpServerRequest http, WatchStream stream, long seconds) {
        http.toWebSocket().onFailure(_ -> stream.close()).onSuccess(socket -> {
            socket.closeHandler(_ -> stream.close());
            socket.exceptionHandler(_ -> stream.close());
            stream.attach(
                    new WatchStream.Line(
                            socket,
                            event -> socket.writeTextMessage(new String(Json.bytes(event), StandardCharsets.UTF_8)),
                            socket::close),
                    seconds);
        });
    }

    private static void chunked(HttpServerRequest http, WatchStream stream, long seconds) {
        var response = http.response();
        response.setChunked(true).putHeader("Content-Type", "application/json");
        response.closeHandler(_ -> stream.close());
        response.exceptionHandler(_ -> stream.close());
        // Clients wait for the head of the answer before they go on.
        response.writeHead();
        stream.attach(new WatchStream.Line(response, event -> response.write(line(event)), response::end), seconds);
    }

    private static Buffer line(ObjectNode event) {
        return Buffer.buffer(Json.bytes(event)).appendByte((byte) '\n');
    }
}
