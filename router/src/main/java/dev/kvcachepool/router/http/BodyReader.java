package dev.kvcachepool.router.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;

/**
 * Reads a request's body into memory, within bounds. On one event loop.
 *
 * <p>A body that is too long fails at once with a {@link BadRequest} of status 413. What is still coming is then read and
 * dropped, as much again as is allowed, so that a client which sends before it reads gets its answer; then the connection
 * is closed.
 */
final class BodyReader {
    private final HttpServerRequest request;
    private final long maxBytes;
    private final Admission.Pass pass;
    private final Buffer body = Buffer.buffer();
    private final Promise<Buffer> promise = Promise.promise();
    private long seen;

    private BodyReader(HttpServerRequest request, long maxBytes, Admission.Pass pass) {
        this.request = request;
        this.maxBytes = maxBytes;
        this.pass = pass;
    }

    /** The bytes are held against {@code pass}. */
    static Future<Buffer> read(HttpServerRequest request, long maxBytes, Admission.Pass pass) {
        var reader = new BodyReader(request, maxBytes, pass);
        request.exceptionHandler(reader.promise::tryFail);
        request.endHandler(end -> reader.promise.tryComplete(reader.body));
        request.handler(reader::chunk);
        reader.start();
        request.resume();
        return reader.promise.future();
    }

    private void start() {
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
