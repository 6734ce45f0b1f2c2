package dev.kvcachepool.router.http;

import dev.kvcachepool.router.endpoint.Ending;
import dev.kvcachepool.router.metrics.RouterMetrics;
import dev.kvcachepool.router.pick.PickRequest;
import dev.kvcachepool.router.pick.Picker;
import dev.kvcachepool.router.pick.Prompt;
import dev.kvcachepool.router.pick.Ranked;
import dev.kvcachepool.router.pick.Ranking;
import dev.kvcachepool.router.request.BadRequest;
import dev.kvcachepool.router.request.Limits;
import dev.kvcachepool.router.tokens.Tokenizing;
import dev.kvcachepool.router.trace.RequestTrace;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * {@code POST /v1/pick}: endpoints in order for a prompt. Unless the request says {@code "follow": false} the caller is
 * taken to send it to the first one, whose estimated load the next picks see until its time has passed.
 */
final class PickHandler {
    private final RoutedPool pool;
    private final Picker picker;
    private final Limits limits;
    private final RouterMetrics metrics;
    private final Tokenizing tokenizing;
    private final Vertx vertx;
    private final JsonRoute route;

    PickHandler(RoutedPool pool, Serving serving) {
        this.vertx = serving.vertx();
        this.tokenizing = serving.tokenizing();
        this.pool = pool;
        this.picker = pool.picker();
        this.limits = serving.limits();
        this.metrics = serving.metrics();
        this.route = new JsonRoute(serving, limits.maxBodyBytes(), this::begin);
    }

    void handle(RoutingContext context) {
        route.handle(context);
    }

    private Future<JsonRoute.Answer> begin(byte[] body, RequestTrace trace) throws BadRequest {
        var parsed = PickBody.parse(
                body,
                limits.maxPromptTokens(),
                name -> pool.changes() || pool.endpoints().named(name).isPresent());
        if (!picker.ready()) {
            return Future.succeededFuture(JsonRoute.Answer.catchingUp());
        }
        if (parsed.untokenized() == null) {
            return Future.succeededFuture(pick(parsed, parsed.request(), trace));
        }
        var part = trace.tokenizing();
        return Future.fromCompletionStage(tokenizing.resolve(parsed.request(), parsed.untokenized()))
                .onComplete(_ -> part.close())
                .compose(request -> vertx.executeBlocking(() -> pick(parsed, request, trace), false));
    }

    private JsonRoute.Answer pick(PickBody.Parsed parsed, PickRequest request, RequestTrace trace) throws BadRequest {
        var part = trace.picking();
        var start = System.nanoTime();
        var ranking = parsed.follow() ? picker.pick(request, Ending.UNSEEN).ranking() : picker.rank(request);
        part.picked(request, ranking);
        part.close();
        metrics.picked(picker.policy().id(), ranking.basis(), Duration.ofNanos(System.nanoTime() - start));
        if (ranking.basis() == Ranking.Basis.OVER_SHARE) {
            throw BadRequest.overShare(ranking.nobody());
        }
        return ranking.ranked().isEmpty()
                ? JsonRoute.Answer.unavailable(ranking.nobody() + ", try later", true)
                : JsonRoute.Answer.of(200, body(ranking, request, parsed.explain()));
    }

    private static Map<String, Object> body(Ranking ranking, PickRequest request, boolean explain) {
        var now = System.nanoTime();
        var body = new LinkedHashMap<String, Object>();
        body.put(
                "ranked",
                ranking.ranked().stream()
                        .map(ranked -> row(ranked, explain ? Explanation.of(ranked, now) : Map.of()))
                        .toList());
        body.put("indexReady", true);
        if (explain && request.prompt() instanceof Prompt.Tokens tokens) {
            body.put("tokens", Map.of("from", tokens.from(), "count", tokens.tokens().length));
        }
        return body;
    }

    private static Map<String, Object> row(Ranked ranked, Map<String, Object> parts) {
        var row = new LinkedHashMap<String, Object>();
        row.put("endpoint", ranked.endpoint().name());
        row.put("node", ranked.endpoint().spec().cacheNode().text());
        row.put("score", ranked.score());
        row.put("estimatedTtftMs", ranked.estimate().ttftNanos() / 1e6);
        row.put("heldBlocks", ranked.estimate().heldBlocks());
        row.put("totalBlocks", ranked.totalBlocks());
        row.put("reason", ranked.reason());
        if (!parts.isEmpty()) {
            row.put("parts", parts);
        }
        return row;
    }
}
