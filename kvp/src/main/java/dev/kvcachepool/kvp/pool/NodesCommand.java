package dev.kvcachepool.kvp.pool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code kubectl kvp nodes}: what the adverts say of each cache-node, beside what Kubernetes says of its pod. */
@Command(
        name = "nodes",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Shows a pool's cache-nodes: what they advertise of themselves, and how their pods are.",
            "In placement Sidecar they are containers of engines' pods, which are shown with the engine's container."
        })
public final class NodesCommand implements Callable<Integer> {
    @Mixin
    Cluster cluster = new Cluster();

    @Parameters(index = "0", paramLabel = "<pool>", description = "name of a KVCachePool")
    String pool = "";

    @Override
    public Integer call() {
        var api = cluster.open();
        var one = api.pool(pool);
        var advertised = one.at("/status/nodes");
        if (cluster.json()) {
            cluster.print(advertised.isMissingNode() ? JsonNodeFactory.instance.arrayNode() : advertised);
            return 0;
        }
        var nodes = api.nodes(one).stream().collect(Collectors.toMap(CacheNode::name, Function.identity()));
        var rows = new HashMap<String, JsonNode>();
        advertised.forEach(node -> rows.put(node.path("name").asText(), node));
        print(nodes, rows, CacheNode.isSidecar(one));
        return 0;
    }

    private void print(Map<String, CacheNode> nodes, Map<String, JsonNode> rows, boolean sidecars) {
        var names = new TreeSet<>(nodes.keySet());
        names.addAll(rows.keySet());
        var table = new Table(head(sidecars));
        var now = Instant.now();
        for (var name : names) {
            var row = rows.get(name);
            var node = nodes.get(name);
            var words = new ArrayList<>(List.of(
                    name,
                    row == null ? "NotAdvertised" : row.path("phase").asText(),
                    CacheNode.readiness(node),
                    node == null ? "" : Integer.toString(node.restarts()),
                    row == null ? "" : tiers(row),
                    kubernetesNode(row, node),
                    node == null ? "" : Ages.since(node.created(), now)));
            if (sidecars) {
                words.add(1, node == null ? "" : String.join(", ", node.engines()));
            }
            table.row(words.toArray(String[]::new));
        }
        table.print(cluster.out());
    }

    private static String[] head(boolean sidecars) {
        return sidecars
                ? new String[] {
                    "ENGINE'S POD", "ENGINE", "PHASE", "READY", "RESTARTS", "TIERS", "KUBERNETES NODE", "AGE"
                }
                : new String[] {"NODE", "PHASE", "READY", "RESTARTS", "TIERS", "KUBERNETES NODE", "AGE"};
    }

    private static String tiers(JsonNode row) {
        return StreamSupport.stream(row.path("tiers").spliterator(), false)
                .map(tier ->
                        tier.path("name").asText() + " " + tier.path("used").asText() + "/"
                                + tier.path("capacity").asText())
                .collect(Collectors.joining(", "));
    }

    private static String kubernetesNode(@Nullable JsonNode row, @Nullable CacheNode node) {
        if (node != null && !node.kubernetesNode().isEmpty()) {
            return node.kubernetesNode();
        }
        return row == null ? "" : row.path("kubernetesNode").asText();
    }
}
