package dev.kvcachepool.kvp.pool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
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
        description = "Shows a pool's cache-nodes: what they advertise of themselves, and how their pods are.")
public final class NodesCommand implements Callable<Integer> {
    @Mixin
    Cluster cluster = new Cluster();

    @Parameters(index = "0", paramLabel = "<pool>", description = "name of a KVCachePool")
    String pool = "";

    @Override
    public Integer call() {
        try (var api = cluster.open()) {
            var advertised = api.pool(pool).at("/status/nodes");
            if (cluster.json()) {
                cluster.print(advertised.isMissingNode() ? JsonNodeFactory.instance.arrayNode() : advertised);
                return 0;
            }
            var pods = api.nodes(pool).stream()
                    .collect(Collectors.toMap(one -> one.getMetadata().getName(), one -> one));
            var rows = new HashMap<String, JsonNode>();
            advertised.forEach(node -> rows.put(node.path("name").asText(), node));
            print(pods, rows);
            return 0;
        }
    }

    private void print(Map<String, Pod> pods, Map<String, JsonNode> rows) {
        var names = new TreeSet<>(pods.keySet());
        names.addAll(rows.keySet());
        var table = new Table("NODE", "PHASE", "READY", "RESTARTS", "TIERS", "KUBERNETES NODE", "AGE");
        var now = Instant.now();
        for (var name : names) {
            var row = rows.get(name);
            var pod = pods.get(name);
            table.row(
                    name,
                    row == null ? "NotAdvertised" : row.path("phase").asText(),
                    pod == null
                            ? "no pod"
                            : Readiness.isPodReady(pod)
                                    ? "yes"
                                    : pod.getStatus().getPhase(),
                    pod == null ? "" : Integer.toString(restarts(pod)),
                    row == null ? "" : tiers(row),
                    kubernetesNode(row, pod),
                    pod == null ? "" : Ages.since(pod.getMetadata().getCreationTimestamp(), now));
        }
        table.print(cluster.out());
    }

    static int restarts(Pod pod) {
        return pod.getStatus().getContainerStatuses().stream()
                .mapToInt(ContainerStatus::getRestartCount)
                .sum();
    }

    private static String tiers(JsonNode row) {
        return StreamSupport.stream(row.path("tiers").spliterator(), false)
                .map(tier ->
                        tier.path("name").asText() + " " + tier.path("used").asText() + "/"
                                + tier.path("capacity").asText())
                .collect(Collectors.joining(", "));
    }

    private static String kubernetesNode(@Nullable JsonNode row, @Nullable Pod pod) {
        if (pod != null && pod.getSpec().getNodeName() != null) {
            return pod.getSpec().getNodeName();
        }
        return row == null ? "" : row.path("kubernetesNode").asText();
    }
}
