package dev.kvcachepool.router.http;

import dev.kvcachepool.router.request.Admission;
import dev.kvcachepool.router.request.BadRequest;
import dev.kvcachepool.router.request.Limits;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;

/**
 * Reads a request's body into memory, within bounds. On one event loop.
 *
 * <p>A body that is too long fails at once with a {@link BadRequest} of status 413. What is still coming is then read and
 * dropped, as much again as is allowed, so that a client which sends before it reads gets its answer; then the connection
 * is closed. A body that comes too slowly fails with status 408, and the connection is closed after the answer: what is
 * held for it must not be anybody's for as long as a connection may be idle.
 */
final class BodyReader {
    private static final int PACE_BYTES = 64 << 10;

    private final Vertx vertx;
    private final HttpServerRequest request;
    private final long maxBytes;
    private final Duration pace;
    private final Admission.Pass pass;
    private final Buffer body = Buffer.buffer();
    private final Promise<Buffer> promise = Promise.promise();
    private long seen;
    private long seenAtCheck;

    private BodyReader(Vertx vertx, HttpServerRequest request, long maxBytes, Duration pace, Admission.Pass pass) {
        this.vertx = vertx;
        this.pace = pace;
        this.request = request;
        this.maxBytes = maxBytes;
        this.pass = pass;
    }

    /** The bytes are held against {@code pass}. */
    static Future<Buffer> read(
            Vertx vertx, HttpServerRequest request, long maxBytes, Limits limits, Admission.Pass pass) {
        var reader = new BodyReader(vertx, request, maxBytes, limits.bodyPace(), pass);
        request.exceptionHandler(reader.promise::tryFail);
        request.endHandler(end -> reader.promise.tryComplete(reader.body));
        request.handler(reader::chunk);
        reader.start();
        request.resume();
        return reader.promise.future();
    }

    private void start() {
        long timer = vertx.setPeriodic(pace.toMillis(), fired -> checkPace());
        promise.future().onComplete(done -> vertx.cancelTimer(timer));
        if (announced() > maxBytes) {
            promise.fail(tooLong());
        } else if ("100-continue".equalsIgnoreCase(request.getHeader("expect"))) {
            request.response().writeContinue();
        }
    }

    private void chunk(Buffer chunk) {
        seen += chunk.length();
        if (promise.future().isComplete()) {
            if (seen > 2 * maxBytes) {
                request.connection().close();
            }
            return;
        }
        try {
            if (seen > maxBytes) {
                throw tooLong();
            }
            pass.hold(chunk.length());
            body.appendBuffer(chunk);
        } catch (BadRequest refusal) {
            promise.tryFail(refusal);
        }
    }

    private void checkPace() {
        if (seen - seenAtCheck >= PACE_BYTES) {
            seenAtCheck = seen;
            return;
        }
        request.response()
                .putHeader("connection", "close")
                .endHandler(answered -> request.connection().close());
        var value = (seen - seenAtCheck) + " bytes in " + pace.toSeconds() + " s";
        promise.tryFail(new BadRequest(408, "body", value, "at least " + PACE_BYTES + ", or all that is left"));
    }

    private BadRequest tooLong() {
        return new BadRequest(413, "body", "longer than " + maxBytes + " bytes", "at most " + maxBytes);
    }

    private long announced() {
        var length = request.getHeader("content-length");
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
