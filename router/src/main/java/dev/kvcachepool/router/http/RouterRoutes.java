package dev.kvcachepool.router.http;

import dev.kvcachepool.router.request.CallerHeaders;
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
     * Handlers of {@code pool}.
     *
     * @param writer says of holders of {@code pool} that they are gone
     */
    public RouterRoutes(RoutedPool pool, Serving serving, CallerHeaders callers, GoneWriter writer) {
        this.pick = new PickHandler(pool, serving);
        this.locate = new LocateHandler(pool, serving);
        this.pins = new PinHandler(pool.holders(), pool.pins(), serving);
        this.gone = new GoneHandler(pool, serving, writer);
        this.blend = new BlendHandler(pool, serving);
        this.tables = new TableHandlers(pool);
        this.proxy = new CompletionProxy(pool.picker(), serving, callers);
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
