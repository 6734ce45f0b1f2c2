package dev.kvcachepool.router.http;

import dev.kvcachepool.router.trace.CallerSpan;
import dev.kvcachepool.router.trace.RequestTrace;
import dev.kvcachepool.router.trace.RequestTraces;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** Begins the traces of HTTP requests, named by method and route. */
final class HttpTraces {
    /** As proxies have it. */
    static final int CLIENT_GONE = 499;

    private HttpTraces() {}

    static RequestTrace begin(RequestTraces traces, RoutingContext context) {
        if (!traces.isOn()) {
            return RequestTrace.NONE;
        }
        var request = context.request();
        var route = context.currentRoute() == null ? "" : context.currentRoute().getPath();
        return traces.begin(
                request.method() + " " + route,
                CallerSpan.of(request.getHeader(CallerSpan.PARENT), request.getHeader(CallerSpan.STATE)));
    }

    /** The request could not be served: ends with what the client was answered, or that it had gone before. */
    static void failed(RequestTrace trace, HttpServerResponse response) {
        trace.end(response.headWritten() ? response.getStatusCode() : CLIENT_GONE);
    }
}
