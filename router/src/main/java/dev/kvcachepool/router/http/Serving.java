package dev.kvcachepool.router.http;

import dev.kvcachepool.router.metrics.RouterMetrics;
import dev.kvcachepool.router.request.Admission;
import dev.kvcachepool.router.request.Limits;
import dev.kvcachepool.router.tokens.Tokenizing;
import dev.kvcachepool.router.trace.RequestTraces;
import io.vertx.core.Vertx;

/**
 * What all routes serve requests with.
 *
 * @param vertx whose event loops they live on
 * @param admission of all of them together
 */
public record Serving(
        Vertx vertx,
        Tokenizing tokenizing,
        Admission admission,
        Limits limits,
        RouterMetrics metrics,
        RequestTraces traces) {}
