package dev.kvcachepool.router.http;

import dev.kvcachepool.prefixadvert.table.AdvertView;
import dev.kvcachepool.router.pick.Locator;
import dev.kvcachepool.router.pick.Locator.Located;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code POST /v1/locate}: which cache-nodes hold each of some blocks. Cache-nodes of large pools ask it at a miss. */
final class LocateHandler implements Handler<RoutingContext> {
    private final Vertx vertx;
    private final AdvertView adverts;
    private final Locator locator;
    private final Admission admission;
    private final long maxBodyBytes;

    LocateHandler(Vertx vertx, RoutedPool pool, Admission admission, Limits limits) {
        this.vertx = vertx;
        this.adverts = pool.adverts();
        this.locator = new Locator(pool.nodes());
        this.admission = admission;
        this.maxBodyBytes = Math.min(limits.maxBodyBytes(), LocateBody.MAX_BYTES);
    }

    @Override
    public void handle(RoutingContext context) {
        var response = context.response();
        try {
            var pass = admission.enter();
            BodyReader.read(context.request(), maxBodyBytes, pass)
                    .compose(body -> vertx.executeBlocking(() -> locate(body), false))
                    .onComplete(done -> pass.close())
                    .onSuccess(answer -> Answers.send(response, answer.status, answer.body))
                    .onFailure(failure -> Answers.fail(response, failure));
        } catch (BadRequest refusal) {
            Answers.refuse(response, refusal);
        }
    }

    private Answer locate(Buffer body) throws BadRequest {
        var blocks = LocateBody.parse(body.getBytes());
        if (!adverts.ready()) {
            var error = Map.of(
                    "message", "the index is catching up with the advert tables, try later", "type", "unavailable");
            return new Answer(503, Map.of("indexReady", false, "error", error));
        }
        var holders = locator.locate(blocks).stream().map(LocateHandler::rows).toList();
        return new Answer(200, Map.of("indexReady", true, "holders", holders));
    }

    private record Answer(int status, Map<String, Object> body) {}

    private static List<Map<String, Object>> rows(List<Located> located) {
        return located.stream().map(LocateHandler::row).toList();
    }

    private static Map<String, Object> row(Located located) {
        var holding = located.holding();
        var row = new LinkedHashMap<String, Object>();
        row.put("node", located.node().value());
        row.put("worldSize", holding.worldSize());
        row.put("ranks", HexFormat.of().formatHex(holding.held().toBytes()));
        row.put("tier", holding.tier().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        return row;
    }
}
