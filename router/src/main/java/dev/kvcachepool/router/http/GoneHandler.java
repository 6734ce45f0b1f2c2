package dev.kvcachepool.router.http;

import dev.kvcachepool.prefixadvert.table.HolderView;
import dev.kvcachepool.prefixadvert.table.Liveness;
import dev.kvcachepool.prefixadvert.wire.AdvertKey;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import dev.kvcachepool.router.request.BadRequest;
import dev.kvcachepool.router.request.JsonReader;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * {@code POST /v1/holders/{id}/gone}: a cache-node can't come back, so its rows are to go. Refused for one that still speaks,
 * and for any incarnation but the last heard: who asks then knows something else than the tables do.
 */
final class GoneHandler {
    private static final Logger LOG = Logger.getLogger(GoneHandler.class);
    private static final long MAX_BYTES = 1024;
    private static final String INCARNATION = "incarnation";

    private final RoutedPool pool;
    private final Serving serving;
    private final GoneWriter writer;

    GoneHandler(RoutedPool pool, Serving serving, GoneWriter writer) {
        this.pool = pool;
        this.serving = serving;
        this.writer = writer;
    }

    void handle(RoutingContext context) {
        var id = Objects.requireNonNull(context.pathParam("id"), "the route has an id");
        JsonRoute.of(serving, MAX_BYTES, body -> gone(id, body)).handle(context);
    }

    private JsonRoute.Answer gone(String id, byte[] body) throws BadRequest {
        var request = new Body();
        var incarnation = request.read(body);
        if (!pool.adverts().ready()) {
            return JsonRoute.Answer.catchingUp();
        }
        var holder = pool.nodes().all().stream()
                .filter(view -> view.node().holder().value().equals(id))
                .findAny()
                .orElseThrow(() -> new BadRequest(404, "id", id, "a cache-node of this pool, see GET /v1/index"));
        require(holder, incarnation, request.deleted);
        if (holder.node().state() != NodeState.GONE) {
            try {
                write(holder);
            } catch (KafkaException | ExecutionException | TimeoutException e) {
                LOG.warnf("could not say that %s is gone: %s", id, e.getMessage());
                return JsonRoute.Answer.unavailable("the broker did not take it, try later", true);
            }
        }
        return JsonRoute.Answer.of(200, Map.of("id", id, INCARNATION, incarnation, "state", "gone"));
    }

    /** One that somebody saw deleted need not be waited for as long as one that is only believed to be. */
    private static void require(HolderView holder, long incarnation, boolean deleted) throws BadRequest {
        var node = holder.node();
        if (node.incarnation() != incarnation) {
            throw new BadRequest(
                    409, INCARNATION, Long.toString(incarnation), node.incarnation() + ", which was heard last");
        }
        // One that drains is never picked, so that only its silence tells.
        boolean quiet = node.state() == NodeState.SERVING && holder.liveness() != Liveness.FRESH;
        if (node.state() != NodeState.GONE && !holder.silent() && !(deleted && quiet)) {
            var allowed = "a cache-node that has been silent for " + (deleted ? "15" : "60") + " s; this one speaks";
            throw new BadRequest(409, "id", node.holder().value(), allowed);
        }
    }

    private void write(HolderView holder) throws ExecutionException, TimeoutException {
        try {
            writer.send(holder.node());
            LOG.infof(
                    "%s, incarnation %d, is gone, as somebody said",
                    holder.node().holder(), holder.node().incarnation());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TimeoutException("the router is stopping");
        }
    }

    /** {@code {"incarnation": N}}, and optionally {@code "deleted": true}. */
    private static final class Body {
        private long incarnation;
        private boolean deleted;

        long read(byte[] body) throws BadRequest {
            JsonReader.readBody(body, this::member);
            if (incarnation == 0) {
                throw new BadRequest(INCARNATION, "missing", "the incarnation that was heard last, see GET /v1/index");
            }
            return incarnation;
        }

        private void member(String name, JsonReader json) throws BadRequest, IOException {
            switch (name) {
                case INCARNATION -> incarnation = json.whole(INCARNATION, 1, AdvertKey.MAX_INCARNATION);
                case "deleted" -> deleted = json.bool(name);
                default -> throw new BadRequest(name, "given", "incarnation and deleted, and nothing else");
            }
        }
    }
}
