package dev.kvcachepool.router.http;

import dev.kvcachepool.prefixadvert.table.AdvertView;
import dev.kvcachepool.prefixadvert.table.HolderView;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import dev.kvcachepool.router.endpoint.Endpoint;
import dev.kvcachepool.router.endpoint.Endpoints;
import dev.kvcachepool.router.pick.Picker;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code GET /v1/index} and {@code GET /v1/endpoints}: what the router knows, for people and tests. */
final class TableHandlers {
    private static final Namespace NOWHERE = new Namespace(0);

    private final AdvertView adverts;
    private final Endpoints endpoints;
    private final Picker picker;

    TableHandlers(AdvertView adverts, Endpoints endpoints, Picker picker) {
        this.adverts = adverts;
        this.endpoints = endpoints;
        this.picker = picker;
    }

    void index(RoutingContext context) {
        var body = new LinkedHashMap<String, Object>();
        body.put("ready", adverts.ready());
        body.put("policy", picker.policy().id());
        body.put("blocks", adverts.index().blocks());
        body.put("pairs", adverts.index().pairs());
        body.put(
                "holders", adverts.holders().stream().map(TableHandlers::holder).toList());
        body.put("stats", stats());
        body.put("endpoints", endpointRows());
        Answers.send(context.response(), 200, body);
    }

    void endpoints(RoutingContext context) {
        Answers.send(context.response(), 200, Map.of("endpoints", endpointRows()));
    }

    private Map<String, Object> stats() {
        var stats = adverts.stats();
        return Map.of(
                "rows", stats.rows(),
                "malformed", stats.malformed(),
                "fenced", stats.fenced(),
                "lagP99Ms", stats.lagP99Micros() / 1e3);
    }

    private List<Map<String, Object>> endpointRows() {
        return endpoints.all().stream().map(TableHandlers::endpoint).toList();
    }

    private static Map<String, Object> endpoint(Endpoint endpoint) {
        var load = endpoint.load(NOWHERE, List.of());
        var node = endpoint.spec().node();
        var row = new LinkedHashMap<String, Object>();
        row.put("name", endpoint.name());
        row.put("url", endpoint.spec().url().toString());
        row.put("node", node == null ? "" : node.value());
        row.put("admitted", endpoint.admits());
        row.put("queueMs", load.queueNanos() / 1e6);
        row.put("outstanding", load.outstanding());
        row.put("tokensPerSecond", load.tokensPerSecond());
        row.put("failures", load.failures());
        return row;
    }

    private static Map<String, Object> holder(HolderView holder) {
        var node = holder.node();
        var row = new LinkedHashMap<String, Object>();
        row.put("id", node.holder().value());
        row.put("kind", name(node.kind()));
        row.put("pool", node.pool());
        row.put("state", name(node.state()));
        row.put("incarnation", node.incarnation());
        row.put("liveness", name(holder.liveness()));
        row.put("blocks", holder.blocks());
        row.put("models", node.models().stream().map(TableHandlers::model).toList());
        row.put("tiers", node.tiers().stream().map(TableHandlers::tier).toList());
        return row;
    }

    private static Map<String, Object> model(ModelSpec spec) {
        return Map.of("name", spec.name(), "scheme", spec.scheme(), "chunkTokens", spec.chunkTokens());
    }

    private static Map<String, Object> tier(NodeRow.TierUse use) {
        return Map.of("tier", name(use.tier()), "capacityBytes", use.capacityBytes(), "usedBytes", use.usedBytes());
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
