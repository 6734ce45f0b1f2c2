package dev.kvcachepool.router.http;

import dev.kvcachepool.prefixadvert.table.AdvertStats;
import dev.kvcachepool.prefixadvert.table.HolderView;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.Mismatch;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import dev.kvcachepool.router.endpoint.Discovery;
import dev.kvcachepool.router.endpoint.Endpoint;
import dev.kvcachepool.router.endpoint.EngineReport;
import dev.kvcachepool.router.endpoint.EngineTraits;
import dev.kvcachepool.router.pick.Hits;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code GET /v1/index} and {@code GET /v1/endpoints}: what the router knows, for people and tests. */
final class TableHandlers {
    private static final Namespace NOWHERE = new Namespace(0);

    private final RoutedPool pool;

    TableHandlers(RoutedPool pool) {
        this.pool = pool;
    }

    void index(RoutingContext context) {
        var body = new LinkedHashMap<String, Object>();
        body.put("ready", pool.adverts().ready());
        body.put("policy", pool.picker().policy().id());
        body.put("blocks", pool.adverts().index().blocks());
        body.put("pairs", pool.adverts().index().pairs());
        body.put(
                "holders",
                pool.nodes().all().stream().map(TableHandlers::holder).toList());
        body.put("stats", stats(pool.adverts().stats()));
        body.put("hits", hits(pool.picker().hits().lately()));
        body.put("mismatches", mismatches());
        body.put("endpoints", endpointRows());
        body.put("engines", engines(pool.discovery().get()));
        Answers.send(context.response(), 200, body);
    }

    void endpoints(RoutingContext context) {
        Answers.send(
                context.response(),
                200,
                Map.of(
                        "endpoints",
                        endpointRows(),
                        "engines",
                        engines(pool.discovery().get())));
    }

    static Map<String, Object> engines(Discovery state) {
        return Map.of("selector", state.selector(), "watching", state.watching(), "problem", state.problem());
    }

    static Map<String, Object> stats(AdvertStats stats) {
        return Map.of(
                "rows", stats.rows(),
                "malformed", stats.malformed(),
                "fenced", stats.fenced(),
                "lagP99Ms", stats.lagP99Micros() / 1e3,
                "rebuilds", stats.rebuilds(),
                "gaps", stats.gaps());
    }

    static Map<String, Object> hits(Hits.Count count) {
        return Map.of("heldBlocks", count.held(), "askedBlocks", count.asked());
    }

    private List<Map<String, Object>> mismatches() {
        return pool.mismatches().now().stream().map(TableHandlers::mismatch).toList();
    }

    static Map<String, Object> mismatch(Mismatch mismatch) {
        return Map.of(
                "kind", mismatch.kind().id(),
                "model", mismatch.model(),
                "declared", mismatch.declared(),
                "found", mismatch.found(),
                "values", mismatch.values(),
                "sentence", mismatch.sentence());
    }

    private List<Map<String, Object>> endpointRows() {
        return pool.endpoints().all().stream().map(this::endpoint).toList();
    }

    private Map<String, Object> endpoint(Endpoint endpoint) {
        var load = endpoint.load(NOWHERE, List.of());
        var spec = endpoint.spec();
        var row = new LinkedHashMap<String, Object>();
        row.put("name", endpoint.name());
        row.put("url", spec.url().toString());
        row.put("from", spec.origin().id());
        row.put("kubernetesNode", spec.kubernetesNode());
        row.put("node", spec.cacheNode().text());
        row.put(
                "holders",
                pool.nodes().idsFor(spec).stream().map(HolderId::value).toList());
        row.put("admitted", endpoint.admits());
        row.put("queueMs", load.queueNanos() / 1e6);
        row.put("outstanding", load.outstanding());
        row.put("tokensPerSecond", load.rates().tokensPerSecond());
        row.put("memoryBytesPerSecond", load.rates().memoryBytesPerSecond());
        row.put("diskBytesPerSecond", load.rates().diskBytesPerSecond());
        row.put("failures", load.failures());
        var report = endpoint.report();
        if (report != null) {
            row.put("engine", engine(report, endpoint.traits()));
        }
        return row;
    }

    private static Map<String, Object> engine(EngineReport report, EngineTraits traits) {
        var row = load(report);
        row.put("blockTokens", traits.blockTokens());
        row.put("gpuBlocks", traits.gpuBlocks());
        row.put("runningAdapters", traits.runningAdapters());
        row.put("waitingAdapters", traits.waitingAdapters());
        return row;
    }

    static Map<String, Object> load(EngineReport report) {
        var row = new LinkedHashMap<String, Object>();
        row.put("waiting", report.waiting());
        row.put("running", report.running());
        row.put("kvCacheUsage", report.kvCacheUsage());
        row.put("ageMs", (System.nanoTime() - report.atNanos()) / 1e6);
        return row;
    }

    private static Map<String, Object> holder(HolderView holder) {
        var node = holder.node();
        var row = new LinkedHashMap<String, Object>();
        row.put("id", node.holder().value());
        row.put("kind", Answers.name(node.kind()));
        row.put("pool", node.pool());
        row.put("pod", node.pod());
        row.put("kubernetesNode", node.kubernetesNode());
        row.put("state", Answers.name(node.state()));
        row.put("incarnation", node.incarnation());
        row.put("liveness", Answers.name(holder.liveness()));
        row.put("blocks", holder.blocks());
        row.put("models", node.models().stream().map(TableHandlers::model).toList());
        row.put("tiers", node.tiers().stream().map(TableHandlers::tier).toList());
        return row;
    }

    private static Map<String, Object> model(ModelSpec spec) {
        return Map.of("name", spec.name(), "scheme", spec.scheme(), "chunkTokens", spec.chunkTokens());
    }

    static Map<String, Object> tier(NodeRow.TierUse use) {
        return Map.of(
                "tier", Answers.name(use.tier()), "capacityBytes", use.capacityBytes(), "usedBytes", use.usedBytes());
    }
}
