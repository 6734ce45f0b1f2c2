package dev.kvcachepool.router.http;

import dev.kvcachepool.router.trace.CallerSpan;
import dev.kvcachepool.router.trace.RequestTrace;
import dev.kvcachepool.router.trace.RequestTraces;
import io.vertx.ext.web.RoutingContext;

/** Begins the traces of HTTP requests, named by method and route. */
final class HttpTraces {
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
}
