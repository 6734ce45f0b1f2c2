package dev.kvcachepool.router.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.router.request.BadRequest;
import dev.kvcachepool.router.request.ErrorBody;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.StreamResetException;
import java.util.Locale;
import org.jboss.logging.Logger;

/** Writes answers that the router gives itself: JSON, errors as {@code {"error": {…}}} like the engines' own. */
final class Answers {
    private static final Logger LOG = Logger.getLogger(Answers.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private Answers() {}

    static void send(HttpServerResponse response, int status, Object body) {
        send(response, status, json(body));
    }

    /** Sends {@code json}; completes when it has been written, or can't be any more. */
    static Future<Void> send(HttpServerResponse response, int status, Buffer json) {
        if (response.ended() || response.closed()) {
            return Future.succeededFuture();
        }
        return response.setStatusCode(status)
                .putHeader("content-type", "application/json")
                .end(json);
    }

    static Buffer json(Object body) {
        try {
            return Buffer.buffer(JSON.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("an answer of maps, lists and records is JSON", e);
        }
    }

    /** A constant as answers write it: {@code engine-gpu}. */
    static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static void refuse(HttpServerResponse response, BadRequest refusal) {
        send(response, refusal.status(), Buffer.buffer(ErrorBody.of(refusal)));
    }

    /** Answers with {@code message}, which says what is wrong with the router or the engines, not with the request. */
    static void fail(HttpServerResponse response, int status, String type, String message) {
        send(response, status, Buffer.buffer(ErrorBody.of(type, message)));
    }

    /** Answers a failure: a refusal as such, anything else as the router's fault unless the client has gone. */
    static void fail(HttpServerResponse response, Throwable failure) {
        if (failure instanceof BadRequest refusal) {
            refuse(response, refusal);
            return;
        }
        if (failure instanceof HttpClosedException || failure instanceof StreamResetException) {
            LOG.debugf("a client hung up before its request was read: %s", failure.getMessage());
            return;
        }
        LOG.error("a request failed inside the router", failure);
        fail(response, 500, "router_error", "the router failed, see its log");
    }
}
