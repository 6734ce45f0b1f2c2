package dev.kvcachepool.router.engines;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** InferencePools for tests. */
final class Pools {
    /** The API gives each word of an object its own version, and informers pass over one that they have. */
    private static final AtomicInteger VERSIONS = new AtomicInteger(7);

    private Pools() {}

    /** One called {@code llama} that selects pods by {@code labels}. */
    static GenericKubernetesResource of(Map<String, String> labels, int... ports) {
        var pool = new GenericKubernetesResource();
        pool.setApiVersion("inference.networking.k8s.io/v1");
        pool.setKind("InferencePool");
        pool.setMetadata(new ObjectMetaBuilder()
                .withName("llama")
                .withNamespace("ns")
                .withUid("uid-llama")
                .withResourceVersion(Integer.toString(VERSIONS.getAndIncrement()))
                .build());
        pool.setAdditionalProperty(
                "spec",
                Map.of(
                        "selector",
                        Map.of("matchLabels", labels),
                        "targetPorts",
                        Arrays.stream(ports)
                                .mapToObj(port -> Map.of("number", port))
                                .toList()));
        return pool;
    }
}
