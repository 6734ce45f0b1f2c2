package dev.kvcachepool.operator.inject;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.operator.desired.Release;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.zjsonpatch.JsonPatch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Pods and pools as people write them. */
final class Pods {
    static final Release RELEASE = new Release("1.2.3", "example.com/cache-node:1.2.3", "example.com/router:1.2.3");
    static final String MODEL = "{name: llama, chunkTokens: 256, hashScheme: lmcache-sha256-cbor}";
    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

    private Pods() {}

    /** A pool's name, and parts of its specification. */
    record PoolOf(String name, String spec) {}

    static JsonNode read(String yaml) {
        return Json.MAPPER.valueToTree(SERIALIZATION.unmarshal(yaml, Map.class));
    }

    static List<KVCachePool> pools(PoolOf... pools) {
        return Stream.of(pools).map(Pods::pool).toList();
    }

    private static KVCachePool pool(PoolOf pool) {
        return SERIALIZATION.unmarshal(
                """
                apiVersion: kvcachepool.dev/v1alpha1
                kind: KVCachePool
                metadata: {name: %s, namespace: team, uid: 4dd9b0c3}
                spec:
                  adverts: {bootstrapServers: "kafka:9092"}
                """.formatted(pool.name()) + pool.spec().indent(2) + tiers(pool), KVCachePool.class);
    }

    private static String tiers(PoolOf pool) {
        return pool.spec().contains("tiers:") ? "" : "  tiers: {host: {size: 64Mi}}\n";
    }

    /** The pod as the API server has it then. */
    static JsonNode patched(JsonNode pod, Outcome outcome) {
        var patch = switch (outcome) {
            case Outcome.Untouched _ -> Json.MAPPER.createArrayNode();
            case Outcome.Injected injected -> injected.patch();
            case Outcome.Skipped skipped -> skipped.patch();
        };
        return JsonPatch.apply(patch, pod);
    }

    /** Of a container. */
    static Map<String, String> environment(JsonNode pod, int container) {
        var variables = new HashMap<String, String>();
        for (var variable : pod.at("/spec/containers/" + container + "/env")) {
            variables.put(variable.path("name").asText(), variable.path("value").asText());
        }
        return variables;
    }
}
