package dev.kvcachepool.router.http;

import dev.kvcachepool.router.endpoint.Ending;
import dev.kvcachepool.router.metrics.RouterMetrics;
import dev.kvcachepool.router.pick.Caller;
import dev.kvcachepool.router.pick.PickRequest;
import dev.kvcachepool.router.pick.Picker;
import dev.kvcachepool.router.pick.Prompt;
import dev.kvcachepool.router.request.Admission;
import dev.kvcachepool.router.request.BadRequest;
import dev.kvcachepool.router.request.CallerHeaders;
import dev.kvcachepool.router.request.CompletionBody;
import dev.kvcachepool.router.request.Limits;
import dev.kvcachepool.router.tokens.Tokenizing;
import dev.kvcachepool.router.trace.RequestTrace;
import dev.kvcachepool.router.trace.RequestTraces;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The reverse proxy in front of the engines' OpenAI-compatible routes: reads the request, picks, and leaves the rest to an
 * {@link Exchange}. Before the index is ready it goes by load alone, since serving slower beats not serving.
 */
final class CompletionProxy {
    /** Shorter than the engines' own (uvicorn: 5 s), so that they don't hang up just as a request is sent. */
    private static final int KEEP_ALIVE_SECONDS = 3;

    private final Vertx vertx;
    private final Picker picker;
    private final Tokenizing tokenizing;
    private final Admission admission;
    private final Limits limits;
    private final RouterMetrics metrics;
    private final CallerHeaders callers;
    private final RequestTraces traces;
    private final HttpClient client;

    CompletionProxy(Picker picker, Serving serving, CallerHeaders callers) {
        this.picker = picker;
        this.callers = callers;
        this.vertx = serving.vertx();
        this.tokenizing = serving.tokenizing();
        this.admission = serving.admission();
        this.limits = serving.limits();
        this.metrics = serving.metrics();
        this.traces = serving.traces();
        this.client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setConnectTimeout((int) limits.connect().toMillis())
                        .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                        .setTcpNoDelay(true),
                new PoolOptions().setHttp1MaxSize(admission.maxInFlight()));
    }

    /** {@code POST /v1/completions} and {@code /v1/chat/completions}. */
    void complete(RoutingContext context) {
        proxy(
                context,
                (request, pass, trace) -> BodyReader.read(vertx, request.request(), limits.maxBodyBytes(), limits, pass)
                        .compose(body -> plan(body, said(request.request()), trace)));
    }

    /** {@code GET /v1/models}: any endpoint knows. */
    void models(RoutingContext context) {
        var request = new PickRequest("", "", new Prompt.Opaque(1, "not a completion"), Set.of());
        proxy(
                context,
                (ignored, pass, trace) ->
                        vertx.executeBlocking(() -> pick(request, Buffer.buffer(), false, trace), false));
    }

    private void proxy(RoutingContext context, Planning planning) {
        var response = context.response();
        var trace = HttpTraces.begin(traces, context);
        Admission.Pass pass;
        try {
            pass = admission.enter();
        } catch (BadRequest refusal) {
            Answers.refuse(response, refusal);
            trace.end(refusal.status());
            return;
        }
        planning.plan(context, pass, trace)
                .onSuccess(job -> new Exchange(vertx, client, limits, metrics, context, pass, trace, job).start())
                .onFailure(failure -> {
                    pass.close();
                    Answers.fail(response, failure);
                    HttpTraces.failed(trace, response);
                });
    }

    /** Picks at once where the request has its tokens, or nobody could give it any; else once they are known. */
    private Future<Exchange.@Nullable Job> plan(Buffer body, Caller said, RequestTrace trace) {
        var context = vertx.getOrCreateContext();
        return vertx.executeBlocking(() -> begin(body, said, trace), false).compose(done -> {
            var begun = Objects.requireNonNull(done);
            if (begun.job() != null) {
                return Future.succeededFuture(begun.job());
            }
            var parsed = begun.parsed();
            var part = trace.tokenizing();
            return Future.fromCompletionStage(tokenizing.resolve(parsed.request(), parsed.untokenized()), context)
                    .onComplete(_ -> part.close())
                    .compose(
                            request -> vertx.executeBlocking(() -> pick(request, body, parsed.stream(), trace), false));
        });
    }

    private Caller said(HttpServerRequest request) {
        return new Caller(header(request, callers.tenant()), header(request, callers.session()));
    }

    private static String header(HttpServerRequest request, String name) {
        return Objects.requireNonNullElse(request.getHeader(name), "");
    }

    private Begun begin(Buffer body, Caller said, RequestTrace trace) throws BadRequest {
        var caller = callers.caller(said);
        var parsed = CompletionBody.parse(body.getBytes(), limits.maxPromptTokens(), tokenizing.isOn())
                .from(caller);
        return parsed.untokenized() == null
                ? new Begun(parsed, pick(parsed.request(), body, parsed.stream(), trace))
                : new Begun(parsed, null);
    }

    /**
     * A request that has been read.
     *
     * @param job null where its tokens have to come first
     */
    private record Begun(CompletionBody.Parsed parsed, Exchange.@Nullable Job job) {}

    private Exchange.Job pick(PickRequest request, Buffer body, boolean stream, RequestTrace trace) {
        var start = System.nanoTime();
        var ending = stream ? Ending.FIRST_BYTE : Ending.BY_ESTIMATE;
        var part = trace.picking();
        var picked = picker.pick(request, ending);
        part.picked(request, picked.ranking());
        part.close();
        metrics.picked(picker.policy().id(), picked.ranking().basis(), Duration.ofNanos(System.nanoTime() - start));
        return new Exchange.Job(body, ending, picked);
    }

    private interface Planning {
        Future<Exchange.@Nullable Job> plan(RoutingContext context, Admission.Pass pass, RequestTrace trace);
    }
}
