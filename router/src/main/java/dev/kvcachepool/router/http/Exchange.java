package dev.kvcachepool.router.http;

import dev.kvcachepool.router.endpoint.Ending;
import dev.kvcachepool.router.endpoint.Ticket;
import dev.kvcachepool.router.metrics.RouterMetrics;
import dev.kvcachepool.router.pick.Picker;
import dev.kvcachepool.router.pick.Ranked;
import dev.kvcachepool.router.pick.Ranking;
import dev.kvcachepool.router.request.Admission;
import dev.kvcachepool.router.request.BadRequest;
import dev.kvcachepool.router.request.Limits;
import dev.kvcachepool.router.trace.EnginePart;
import dev.kvcachepool.router.trace.RequestTrace;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One proxied request, from the pick to its end. Lives on the event loop of the client's connection.
 *
 * <pre>
 *   connecting ──▶ waiting ──▶ streaming ──▶ ended
 *       │  ▲          │            │
 *       ▼  │          ▼            ├─ engine hangs up: the client's connection is cut, so that it sees the answer is short
 *   next in the ranking            ├─ client hangs up: the engine's request is reset, which stops its computing
 *   (nothing was answered yet,     └─ silence: both
 *    at most {@value #MAX_ATTEMPTS} in all; then 502)
 * </pre>
 *
 * Every way out leads through {@link #end}, once, which gives the booking, the pass and the timer back.
 */
final class Exchange {
    static final int MAX_ATTEMPTS = 3;
    private static final int TOO_MANY = 429;

    private final Vertx vertx;
    private final HttpClient client;
    private final Limits limits;
    private final RouterMetrics metrics;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Admission.Pass pass;
    private final RequestTrace trace;
    private final Job job;
    private final long startedAt = System.nanoTime();

    private @Nullable Ticket ticket;
    private @Nullable HttpClientRequest upstream;
    private @Nullable EnginePart part;
    private String endpoint = RouterMetrics.NO_ENDPOINT;
    private int attempts;
    private int nextRank;
    private long progressAt = startedAt;
    private long timer;
    private boolean firstByteSeen;
    private boolean ended;

    /**
     * What is to be sent, and where.
     *
     * @param ending how the end of the prefill will be seen
     */
    record Job(Buffer body, Ending ending, Picker.Picked picked) {}

    /** How an exchange ends for its booking. */
    private enum Outcome {
        COMPLETE,
        ABORTED,
        UNREACHABLE
    }

    Exchange(
            Vertx vertx,
            HttpClient client,
            Limits limits,
            RouterMetrics metrics,
            RoutingContext context,
            Admission.Pass pass,
            RequestTrace trace,
            Job job) {
        this.trace = trace;
        this.vertx = vertx;
        this.client = client;
        this.limits = limits;
        this.metrics = metrics;
        this.request = context.request();
        this.response = context.response();
        this.pass = pass;
        this.job = job;
        this.ticket = job.picked().ticket();
    }

    void start() {
        if (response.closed()) {
            end(Outcome.ABORTED, HttpTraces.CLIENT_GONE);
            return;
        }
        response.closeHandler(closed -> clientGone());
        response.exceptionHandler(failure -> clientGone());
        timer = vertx.setTimer(limits.silence().toMillis(), this::checkSilence);
        attempt();
    }

    private void attempt() {
        var ranked = next();
        if (ranked == null) {
            if (job.picked().ranking().basis() == Ranking.Basis.OVER_SHARE) {
                end(Outcome.ABORTED, TOO_MANY);
                Answers.refuse(
                        response, BadRequest.overShare(job.picked().ranking().nobody()));
                return;
            }
            var nobody = job.picked().ranking().nobody();
            var all = attempts == 0 ? nobody : "none of " + attempts + " endpoints answered";
            var status = attempts == 0 ? 503 : 502;
            end(Outcome.ABORTED, status);
            Answers.fail(response, status, "bad_gateway", all + ", try later");
            return;
        }
        attempts++;
        endpoint = ranked.endpoint().name();
        if (ticket == null) {
            ticket = job.picked().ranking().book(ranked, job.ending());
        }
        part = trace.sending(ranked);
        var spec = ranked.endpoint().spec();
        client.request(new RequestOptions()
                        .setHost(spec.host())
                        .setPort(spec.port())
                        .setMethod(request.method())
                        .setURI(request.uri()))
                .onSuccess(connected -> send(connected, ranked))
                .onFailure(this::attemptFailed);
    }

    private @Nullable Ranked next() {
        var ranking = job.picked().ranking().ranked();
        while (attempts < MAX_ATTEMPTS && nextRank < ranking.size()) {
            var ranked = ranking.get(nextRank++);
            if (ticket != null || ranked.endpoint().admits()) {
                return ranked;
            }
        }
        return null;
    }

    private void send(HttpClientRequest connected, Ranked ranked) {
        if (ended) {
            connected.reset();
            return;
        }
        upstream = connected;
        ForwardedHeaders.ofRequest(request.headers(), connected.headers());
        if (part != null) {
            part.headers().forEach(connected.headers()::set);
        }
        connected.send(job.body()).onSuccess(answer -> answered(answer, ranked)).onFailure(this::attemptFailed);
    }

    private void attemptFailed(Throwable failure) {
        if (ended) {
            return;
        }
        if (ticket != null) {
            ticket.abort(true);
            ticket = null;
        }
        if (part != null) {
            part.failed("unreachable");
        }
        upstream = null;
        attempt();
    }

    private void answered(HttpClientResponse answer, Ranked ranked) {
        if (ended) {
            return;
        }
        progress();
        pass.releaseBody();
        if (part != null) {
            part.answered(answer.statusCode());
        }
        if (ticket != null) {
            ticket.answered();
        }
        response.setStatusCode(answer.statusCode());
        ForwardedHeaders.ofResponse(answer.headers(), response.headers());
        response.putHeader("x-kvcachepool-endpoint", endpoint);
        response.putHeader(
                "x-kvcachepool-held-blocks", Integer.toString(ranked.estimate().heldBlocks()));
        response.setChunked(!answer.headers().contains("content-length"));
        answer.handler(chunk -> forward(answer, chunk));
        answer.exceptionHandler(failure -> cut(Outcome.UNREACHABLE, answer.statusCode()));
        answer.endHandler(done -> {
            if (!ended) {
                end(good(answer) ? Outcome.COMPLETE : Outcome.ABORTED, answer.statusCode());
                response.end();
            }
        });
    }

    private void forward(HttpClientResponse answer, Buffer chunk) {
        if (ended) {
            return;
        }
        progress();
        if (!firstByteSeen && good(answer)) {
            firstByteSeen = true;
            if (part != null) {
                part.firstByte();
            }
            metrics.firstByte(endpoint, Duration.ofNanos(System.nanoTime() - startedAt));
            if (ticket != null) {
                ticket.firstByte();
            }
        }
        response.write(chunk);
        if (response.writeQueueFull()) {
            answer.pause();
            response.drainHandler(drained -> {
                progress();
                answer.resume();
            });
        }
    }

    private void clientGone() {
        if (!ended) {
            end(Outcome.ABORTED, HttpTraces.CLIENT_GONE);
            resetUpstream();
        }
    }

    private void checkSilence(long fired) {
        var left = limits.silence().toNanos() - (System.nanoTime() - progressAt);
        if (left > 0) {
            timer = vertx.setTimer(TimeUnit.NANOSECONDS.toMillis(left) + 1, this::checkSilence);
        } else if (response.headWritten()) {
            cut(Outcome.ABORTED, response.getStatusCode());
            resetUpstream();
        } else {
            end(Outcome.ABORTED, 504);
            resetUpstream();
            Answers.fail(response, 504, "timeout", "endpoint " + endpoint + " has not answered in time");
        }
    }

    /** Closes the client's connection without ending the answer, so that it is seen to be incomplete. */
    private void cut(Outcome outcome, int status) {
        if (!ended) {
            end(outcome, status);
            request.connection().close();
        }
    }

    /** Only after the end: a reset comes back as a failure of the engine, which then is not to blame. */
    private void resetUpstream() {
        if (upstream != null) {
            upstream.reset();
        }
    }

    private void end(Outcome outcome, int status) {
        if (ended) {
            return;
        }
        ended = true;
        vertx.cancelTimer(timer);
        metrics.proxied(endpoint, status);
        if (part != null) {
            part.close();
        }
        trace.end(status);
        if (ticket != null) {
            switch (outcome) {
                case COMPLETE -> ticket.complete();
                case ABORTED -> ticket.abort(false);
                case UNREACHABLE -> ticket.abort(true);
            }
        }
        pass.close();
    }

    private void progress() {
        progressAt = System.nanoTime();
    }

    private static boolean good(HttpClientResponse answer) {
        return answer.statusCode() >= 200 && answer.statusCode() < 300;
    }
}
