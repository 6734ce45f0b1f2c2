package dev.kvcachepool.kvp.pool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A cache-node as Kubernetes knows it: a pod of the pool's own, or, in placement Sidecar, a container of an engine's pod. What a
 * pod leaves out is empty here.
 *
 * @param pod as the API has it
 * @param sidecar whether the pod is an engine's
 */
record CacheNode(JsonNode pod, boolean sidecar) {
    /** As the operator's webhook calls it, see docs/engines.md. */
    private static final String CONTAINER = "kvcachepool-cache-node";

    private static final String ENGINES = "kvcachepool.dev/engine-container";
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

    String name() {
        return pod.at("/metadata/name").asText();
    }

    String uid() {
        return pod.at("/metadata/uid").asText();
    }

    /** RFC 3339. */
    String created() {
        return pod.at("/metadata/creationTimestamp").asText();
    }

    String phase() {
        return pod.at("/status/phase").asText();
    }

    String kubernetesNode() {
        return pod.at("/spec/nodeName").asText("");
    }

    /** Whether its pod has ended for good: a Job's, or one that was evicted from its Kubernetes node. */
    boolean ended() {
        return ENDED.contains(phase());
    }

    /** Of a sidecar its container alone: it is no part of its pod's readiness. */
    boolean ready() {
        if (sidecar) {
            return container().path("ready").asBoolean();
        }
        return stream(pod.at("/status/conditions"))
                .anyMatch(one -> one.path("type").asText().equals("Ready")
                        && one.path("status").asText().equals("True"));
    }

    int restarts() {
        return sidecar
                ? container().path("restartCount").asInt()
                : stream(pod.at("/status/containerStatuses"))
                        .mapToInt(one -> one.path("restartCount").asInt())
                        .sum();
    }

    private JsonNode container() {
        return stream(pod.at("/status/initContainerStatuses"))
                .filter(one -> one.path("name").asText().equals(CONTAINER))
                .findFirst()
                .orElse(MissingNode.getInstance());
    }

    /** The containers that it works for: those that the pod's annotation names, else the first. None beside pods of the pool's own. */
    List<String> engines() {
        if (!sidecar) {
            return List.of();
        }
        var named = pod.at("/metadata/annotations").path(ENGINES).asText("");
        if (!named.isEmpty()) {
            return Arrays.stream(named.split(",", -1)).map(String::strip).toList();
        }
        return List.of(pod.at("/spec/containers/0/name").asText());
    }

    /** READY of a table: yes, or why not. */
    static String readiness(@Nullable CacheNode node) {
        if (node == null) {
            return "no pod";
        }
        if (node.ready()) {
            return "yes";
        }
        return node.sidecar && node.phase().equals("Running") ? "no" : node.phase();
    }

    static boolean isSidecar(JsonNode pool) {
        return pool.at("/spec/placement").asText().equals("Sidecar");
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
