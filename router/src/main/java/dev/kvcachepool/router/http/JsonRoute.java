package dev.kvcachepool.router.http;

import dev.kvcachepool.router.request.Admission;
import dev.kvcachepool.router.request.BadRequest;
import dev.kvcachepool.router.request.Limits;
import dev.kvcachepool.router.trace.RequestTrace;
import dev.kvcachepool.router.trace.RequestTraces;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;

/**
 * A request whose JSON body is read, worked on off the event loop, and answered by the router itself. The pass is held
 * until the answer has been written, and its bytes count as the body's do. A client that doesn't read its answer is cut.
 */
final class JsonRoute {
    private final Vertx vertx;
    private final Admission admission;
    private final Limits limits;
    private final long maxBodyBytes;
    private final RequestTraces traces;
    private final Stages work;

    /** Makes an answer of a body. On a worker thread. */
    interface Work {
        Answer answer(byte[] body) throws BadRequest;
    }

    /** Begins to make an answer of a body, on a worker thread, and waits for nothing. */
    interface Stages {
        Future<Answer> answer(byte[] body, RequestTrace trace) throws BadRequest;
    }

    /**
     * An answer.
     *
     * @param json its body
     */
    record Answer(int status, Buffer json) {
        static Answer of(int status, Object body) {
            return new Answer(status, Answers.json(body));
        }

        /** There is nothing to say now; {@code message} tells why. */
        static Answer unavailable(String message, boolean indexReady) {
            return of(
                    503, Map.of("indexReady", indexReady, "error", Map.of("message", message, "type", "unavailable")));
        }

        static Answer catchingUp() {
            return unavailable("the index is catching up with the advert tables, try later", false);
        }
    }

    JsonRoute(Serving serving, long maxBodyBytes, Stages work) {
        this.vertx = serving.vertx();
        this.admission = serving.admission();
        this.limits = serving.limits();
        this.traces = serving.traces();
        this.maxBodyBytes = maxBodyBytes;
        this.work = work;
    }

    /** One whose answers are made at once. */
    static JsonRoute of(Serving serving, long maxBodyBytes, Work work) {
        return new JsonRoute(serving, maxBodyBytes, (body, _) -> Future.succeededFuture(work.answer(body)));
    }

    void handle(RoutingContext context) {
        var response = context.response();
        var trace = HttpTraces.begin(traces, context);
        try {
            var pass = admission.enter();
            BodyReader.read(vertx, context.request(), maxBodyBytes, limits, pass)
                    .compose(body -> vertx.executeBlocking(() -> work.answer(body.getBytes(), trace), false))
                    .compose(answer -> answer)
                    .compose(answer -> hold(answer, pass))
                    .onSuccess(answer -> send(context.request(), answer, pass, trace))
                    .onFailure(failure -> {
                        pass.close();
                        Answers.fail(response, failure);
                        HttpTraces.failed(trace, response);
                    });
        } catch (BadRequest refusal) {
            Answers.refuse(response, refusal);
            trace.end(refusal.status());
        }
    }

    private static Future<Answer> hold(Answer answer, Admission.Pass pass) {
        try {
            pass.releaseBody();
            pass.hold(answer.json.length());
            return Future.succeededFuture(answer);
        } catch (BadRequest refusal) {
            return Future.failedFuture(refusal);
        }
    }

    private void send(HttpServerRequest request, Answer answer, Admission.Pass pass, RequestTrace trace) {
        var timer = vertx.setTimer(
                limits.silence().toMillis(), fired -> request.connection().close());
        Answers.send(request.response(), answer.status, answer.json).onComplete(sent -> {
            vertx.cancelTimer(timer);
            pass.close();
            trace.end(answer.status);
        });
    }
}
