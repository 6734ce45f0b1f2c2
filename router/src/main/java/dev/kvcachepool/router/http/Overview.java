package dev.kvcachepool.router.http;

import dev.kvcachepool.prefixadvert.table.HolderView;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import dev.kvcachepool.prefixadvert.wire.Tier;
import dev.kvcachepool.router.endpoint.Endpoint;
import dev.kvcachepool.router.pick.Hits;
import dev.kvcachepool.router.pick.RecentPicks;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What the router's web page shows, as JSON. Bounded however large the pool is: of {@value #MOST_ROWS} cache-nodes and of as many
 * endpoints there are rows, those in trouble first, so that a bound hides none; of all others there is a count. Nothing in it
 * tells of a prompt, a tenant or a secret. Thread-safe.
 */
final class Overview {
    static final int MOST_ROWS = 200;
    static final int MOST_MISMATCHES = 16;
    static final int MOST_MODELS = 32;

    private static final Namespace NOWHERE = new Namespace(0);

    private final RoutedPool pool;

    Overview(RoutedPool pool) {
        this.pool = pool;
    }

    /** As it is now. Times with {@code Ms} are milliseconds; {@code clockMs} is a clock to tell what passed between two answers. */
    Map<String, Object> now() {
        var now = pool.endpoints().now();
        var nodes = pool.nodes().all();
        var endpoints = pool.endpoints().all();
        var body = new LinkedHashMap<String, Object>();
        body.put("pool", pool.nodes().pool());
        body.put("placement", Answers.name(pool.nodes().placement()));
        body.put("policy", pool.picker().policy().id());
        body.put("ready", pool.adverts().ready());
        body.put("clockMs", now / 1e6);
        body.put("hits", hits(pool.picker().hits()));
        body.put("adverts", adverts());
        body.put("tiers", tiers(nodes));
        body.put("models", models(nodes));
        body.put("nodes", rows(nodes, Comparator.comparing(HolderView::liveness).reversed(), Overview::node));
        body.put("endpoints", rows(endpoints, Comparator.comparing(Endpoint::admits), Overview::endpoint));
        body.put("engines", TableHandlers.engines(pool.discovery().get()));
        body.put(
                "mismatches",
                pool.mismatches().now().stream()
                        .limit(MOST_MISMATCHES)
                        .map(TableHandlers::mismatch)
                        .toList());
        body.put(
                "picks",
                pool.picker().recent().latest().stream()
                        .map(pick -> pick(pick, now))
                        .toList());
        return body;
    }

    private static Map<String, Object> hits(Hits hits) {
        return Map.of("lately", TableHandlers.hits(hits.lately()), "sinceStart", TableHandlers.hits(hits.sinceStart()));
    }

    private Map<String, Object> adverts() {
        var adverts = new LinkedHashMap<>(TableHandlers.stats(pool.adverts().stats()));
        adverts.put("blocks", pool.adverts().index().blocks());
        adverts.put("pairs", pool.adverts().index().pairs());
        return adverts;
    }

    /** Of all nodes together that are still there, those that are left out of the rows included. */
    private static List<Map<String, Object>> tiers(List<HolderView> nodes) {
        var sums = new EnumMap<Tier, NodeRow.TierUse>(Tier.class);
        for (var view : nodes) {
            if (!view.silent() && view.node().state() != NodeState.GONE) {
                view.node().tiers().forEach(use -> sums.merge(use.tier(), use, Overview::sum));
            }
        }
        return sums.values().stream().map(TableHandlers::tier).toList();
    }

    private static NodeRow.TierUse sum(NodeRow.TierUse one, NodeRow.TierUse other) {
        return new NodeRow.TierUse(
                one.tier(), one.capacityBytes() + other.capacityBytes(), one.usedBytes() + other.usedBytes());
    }

    private static List<String> models(List<HolderView> nodes) {
        return nodes.stream()
                .flatMap(view -> view.node().models().stream())
                .map(ModelSpec::name)
                .distinct()
                .sorted()
                .limit(MOST_MODELS)
                .toList();
    }

    private static <T> Map<String, Object> rows(
            Collection<T> all, Comparator<T> troubleFirst, Function<T, Map<String, Object>> row) {
        var rows = all.stream().sorted(troubleFirst).limit(MOST_ROWS).map(row).toList();
        return Map.of("count", all.size(), "leftOut", all.size() - rows.size(), "rows", rows);
    }

    private static Map<String, Object> node(HolderView view) {
        var node = view.node();
        var row = new LinkedHashMap<String, Object>();
        row.put("id", node.holder().value());
        row.put("pod", node.pod());
        row.put("kubernetesNode", node.kubernetesNode());
        row.put("state", Answers.name(node.state()));
        row.put("liveness", Answers.name(view.liveness()));
        row.put("silent", view.silent());
        row.put("silentMs", view.silentMillis());
        row.put("incarnation", node.incarnation());
        row.put("blocks", view.blocks());
        row.put("tiers", node.tiers().stream().map(TableHandlers::tier).toList());
        return row;
    }

    private static Map<String, Object> endpoint(Endpoint endpoint) {
        var load = endpoint.load(NOWHERE, List.of());
        var row = new LinkedHashMap<String, Object>();
        row.put("name", endpoint.name());
        row.put("node", endpoint.spec().cacheNode().text());
        row.put("admitted", load.admitted());
        row.put("failures", load.failures());
        row.put("cold", load.cold());
        row.put("queueMs", load.queueNanos() / 1e6);
        row.put("foreignQueueMs", load.foreignNanos() / 1e6);
        row.put("outstanding", load.outstanding());
        row.put("busy", load.busy());
        row.put("tokensPerSecond", load.rates().tokensPerSecond());
        var report = endpoint.report();
        if (report != null) {
            row.put("engine", TableHandlers.load(report));
        }
        return row;
    }

    private static Map<String, Object> pick(RecentPicks.Pick pick, long now) {
        var row = new LinkedHashMap<String, Object>();
        row.put("number", pick.number());
        row.put("ageMs", (now - pick.atNanos()) / 1e6);
        row.put("basis", pick.basis().id());
        row.put("loadAlone", pick.loadAlone());
        row.put("tokens", pick.tokens());
        row.put("totalBlocks", pick.blocks());
        row.put("candidates", pick.candidates());
        row.put("best", pick.best().stream().map(Overview::weighed).toList());
        return row;
    }

    private static Map<String, Object> weighed(RecentPicks.Weighed weighed) {
        var row = new LinkedHashMap<String, Object>();
        row.put("endpoint", weighed.endpoint());
        row.put("score", weighed.score());
        row.put("estimatedTtftMs", weighed.estimate().ttftNanos() / 1e6);
        row.put("heldBlocks", weighed.estimate().heldBlocks());
        row.putAll(Explanation.of(weighed.estimate()));
        return row;
    }
}
