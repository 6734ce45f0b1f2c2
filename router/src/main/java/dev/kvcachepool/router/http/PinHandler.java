package dev.kvcachepool.router.http;

import dev.kvcachepool.router.pick.PickRequest;
import dev.kvcachepool.router.pick.PrefixHolders;
import dev.kvcachepool.router.pick.PrefixHolders.Found;
import dev.kvcachepool.router.pick.Prompt;
import dev.kvcachepool.router.pin.NodeAnswer;
import dev.kvcachepool.router.pin.PinAnswer;
import dev.kvcachepool.router.pin.PinMode;
import dev.kvcachepool.router.pin.Pins;
import dev.kvcachepool.router.request.BadRequest;
import dev.kvcachepool.router.request.Limits;
import dev.kvcachepool.router.tokens.Tokenizing;
import dev.kvcachepool.router.trace.RequestTrace;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;

/** {@code POST /v1/pins}: a prefix is pinned, warmed or let go on the cache-nodes that hold it. */
final class PinHandler {
    /** Requests at a time: each may speak to every node of the pool. */
    private static final int AT_ONCE = 16;

    private static final int UNPROCESSABLE = 422;

    private final Vertx vertx;
    private final Tokenizing tokenizing;
    private final Limits limits;
    private final PrefixHolders holders;
    private final Pins pins;
    private final Semaphore atOnce = new Semaphore(AT_ONCE);
    private final JsonRoute route;

    PinHandler(PrefixHolders holders, Pins pins, Serving serving) {
        this.vertx = serving.vertx();
        this.tokenizing = serving.tokenizing();
        this.limits = serving.limits();
        this.holders = holders;
        this.pins = pins;
        this.route = new JsonRoute(serving, limits.maxBodyBytes(), this::begin);
    }

    void handle(RoutingContext context) {
        route.handle(context);
    }

    private Future<JsonRoute.Answer> begin(byte[] body, RequestTrace trace) throws BadRequest {
        var parsed = PinBody.parse(body, limits.maxPromptTokens());
        if (!holders.ready()) {
            return Future.succeededFuture(JsonRoute.Answer.catchingUp());
        }
        if (!holders.declared(parsed.request().model())) {
            throw new BadRequest(
                    404,
                    "model",
                    parsed.request().model(),
                    "a model that a node of the pool declares, see GET /v1/index");
        }
        if (!atOnce.tryAcquire()) {
            throw new BadRequest(429, "pins", "more than " + AT_ONCE + " requests at a time", "another try later");
        }
        var part = trace.tokenizing();
        return Future.fromCompletionStage(tokenizing.resolve(parsed.request(), parsed.untokenized()))
                .onComplete(_ -> part.close())
                .compose(request -> vertx.executeBlocking(() -> find(request), false))
                .compose(found -> Future.fromCompletionStage(
                        pins.apply(parsed.mode(), parsed.seconds(), Objects.requireNonNull(found))))
                .map(answer -> JsonRoute.Answer.of(200, body(parsed.mode(), answer)))
                .onComplete(ended -> atOnce.release());
    }

    private Found find(PickRequest request) throws BadRequest {
        if (request.prompt() instanceof Prompt.Opaque opaque) {
            throw new BadRequest(
                    UNPROCESSABLE, "prompt", opaque.why(), "tokens, or text of a model that the router can tokenize");
        }
        var found = holders.find(request);
        if (!found.problem().isEmpty()) {
            throw new BadRequest(
                    UNPROCESSABLE, "tokens", found.problem(), "block hashes under a scheme that the model declares");
        }
        return found;
    }

    private static Map<String, Object> body(PinMode mode, PinAnswer answer) {
        var body = new LinkedHashMap<String, Object>();
        body.put("indexReady", true);
        body.put("mode", mode.id());
        body.put("blocks", answer.blocks());
        body.put("heldBlocks", answer.heldBlocks());
        body.put(mode.done() + "Blocks", answer.doneBlocks());
        if (answer.leftOut() > 0) {
            body.put("leftOut", answer.leftOut());
        }
        body.put("nodes", answer.nodes().stream().map(node -> row(mode, node)).toList());
        return body;
    }

    private static Map<String, Object> row(PinMode mode, NodeAnswer node) {
        var row = new LinkedHashMap<String, Object>();
        row.put("node", node.node().value());
        row.put("held", node.held());
        row.put(mode.done(), node.done());
        if (mode == PinMode.WARM) {
            row.put("reading", node.reading());
        }
        row.put("refused", node.refused());
        row.put("missing", node.missing());
        if (!node.problem().isEmpty()) {
            row.put("problem", node.problem());
        }
        return row;
    }
}
