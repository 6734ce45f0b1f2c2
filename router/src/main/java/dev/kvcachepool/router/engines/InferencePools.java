package dev.kvcachepool.router.engines;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** InferencePools as the API has them: what each selects. Pure. */
final class InferencePools {
    static final ResourceDefinitionContext KIND = new ResourceDefinitionContext.Builder()
            .withGroup("inference.networking.k8s.io")
            .withVersion("v1")
            .withKind("InferencePool")
            .withPlural("inferencepools")
            .withNamespaced(true)
            .build();

    private static final int MAX_PORTS = 8;
    private static final int MAX_PORT = 65_535;

    private InferencePools() {}

    /** The engines of a pool; empty where it names no labels or no port, which its schema rules out. */
    static Optional<EngineSelection> selection(GenericKubernetesResource pool, String namespace) {
        var labels = pool.<Object>get("spec", "selector", "matchLabels");
        var ports = ports(pool.get("spec", "targetPorts"));
        if (!(labels instanceof Map<?, ?> map) || map.isEmpty() || ports.isEmpty()) {
            return Optional.empty();
        }
        var sorted = new TreeMap<String, String>();
        map.forEach((key, value) -> sorted.put(String.valueOf(key), String.valueOf(value)));
        var selector = sorted.entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .collect(Collectors.joining(","));
        return Optional.of(new EngineSelection(selector, namespace, ports));
    }

    private static List<Integer> ports(Object targetPorts) {
        if (!(targetPorts instanceof List<?> list)) {
            return List.of();
        }
        return list.stream()
                .map(each -> each instanceof Map<?, ?> port ? port.get("number") : null)
                .filter(Number.class::isInstance)
                .map(number -> ((Number) number).intValue())
                .filter(number -> number >= 1 && number <= MAX_PORT)
                .distinct()
                .limit(MAX_PORTS)
                .toList();
    }
}
