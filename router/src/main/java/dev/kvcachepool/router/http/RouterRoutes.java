package dev.kvcachepool.router.http;

import dev.kvcachepool.router.metrics.RouterMetrics;
import dev.kvcachepool.router.request.Admission;
import dev.kvcachepool.router.request.CallerHeaders;
import dev.kvcachepool.router.request.Limits;
import dev.kvcachepool.router.tokens.Tokenizing;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;

/** The routes of the router. Plain Vert.x, so that tests mount them on a server of their own. */
public final class RouterRoutes {
    private final PickHandler pick;
    private final LocateHandler locate;
    private final PinHandler pins;
    private final GoneHandler gone;
    private final BlendHandler blend;
    private final TableHandlers tables;
    private final CompletionProxy proxy;

    /**
     * Handlers that share {@code admission} and run on {@code vertx}.
     *
     * @param writer says of holders of {@code pool} that they are gone
     */
    public RouterRoutes(
            Vertx vertx,
            RoutedPool pool,
            Tokenizing tokenizing,
            Admission admission,
            Limits limits,
            CallerHeaders callers,
            RouterMetrics metrics,
            GoneWriter writer) {
        this.pick = new PickHandler(vertx, pool, tokenizing, admission, limits, metrics);
        this.locate = new LocateHandler(vertx, pool, admission, limits);
        this.pins = new PinHandler(vertx, pool.holders(), pool.pins(), tokenizing, admission, limits);
        this.gone = new GoneHandler(vertx, pool, admission, limits, writer);
        this.blend = new BlendHandler(vertx, pool, admission, limits);
        this.tables = new TableHandlers(pool);
        this.proxy = new CompletionProxy(vertx, pool.picker(), tokenizing, admission, limits, callers, metrics);
    }

    /** Adds the routes. */
    public void mount(Router router) {
        router.post("/v1/pick").handler(pick::handle);
        router.post("/v1/locate").handler(locate::handle);
        router.post("/v1/pins").handler(pins::handle);
        router.post("/v1/holders/:id/gone").handler(gone::handle);
        router.post("/v1/blend-lookup").handler(blend::handle);
        router.get("/v1/index").handler(tables::index);
        router.get("/v1/endpoints").handler(tables::endpoints);
        router.post("/v1/completions").handler(proxy::complete);
        router.post("/v1/chat/completions").handler(proxy::complete);
        router.get("/v1/models").handler(proxy::models);
    }
}
