package dev.kvcachepool.router.engines;

import dev.kvcachepool.router.endpoint.EndpointSpec;
import dev.kvcachepool.router.endpoint.NodeRef;
import dev.kvcachepool.router.endpoint.Origin;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a pod is as endpoints, one a port. Pure functions. */
final class EnginePod {
    /** Names the cache-node beside the engine, where that is not the one on its Kubernetes node. */
    static final String CACHE_NODE = "kvcachepool.dev/cache-node";
    /** A label: has a cache-node of its own, which bears the pod's name. */
    static final String SIDECAR = "kvcachepool.dev/sidecar-of";
    /** Names the ports that serve at present, comma-separated, where not all do. */
    static final String ACTIVE_PORTS = "inference.networking.k8s.io/active-ports";

    private EnginePod() {}

    /**
     * The endpoints, as long as the pod is ready, is not about to end, and has an address. Of one port they have the pod's
     * name; of several {@code name_port}, which no pod can be called.
     */
    static List<EndpointSpec> endpoints(Pod pod, List<Integer> ports) {
        if (pod.getMetadata().getDeletionTimestamp() != null || !isReady(pod)) {
            return List.of();
        }
        var address = pod.getStatus().getPodIP();
        if (address == null || address.isEmpty()) {
            return List.of();
        }
        var host = address.contains(":") ? "[" + address + "]" : address;
        var node = pod.getSpec() == null || pod.getSpec().getNodeName() == null
                ? ""
                : pod.getSpec().getNodeName();
        var name = pod.getMetadata().getName();
        return ports.stream()
                .filter(port -> isActive(pod.getMetadata(), port))
                .map(port -> new EndpointSpec(
                        ports.size() == 1 ? name : name + "_" + port,
                        URI.create("http://" + host + ":" + port),
                        cacheNode(pod.getMetadata(), node),
                        node,
                        Origin.POD))
                .toList();
    }

    private static boolean isReady(Pod pod) {
        return pod.getStatus() != null
                && pod.getStatus().getConditions().stream()
                        .anyMatch(condition ->
                                "Ready".equals(condition.getType()) && "True".equals(condition.getStatus()));
    }

    private static boolean isActive(ObjectMeta metadata, int port) {
        var named = annotation(metadata, ACTIVE_PORTS);
        return named == null || split(named).contains(Integer.toString(port));
    }

    private static Set<String> split(String ports) {
        return Arrays.stream(ports.split(",", -1)).map(String::strip).collect(Collectors.toSet());
    }

    private static NodeRef cacheNode(ObjectMeta metadata, String kubernetesNode) {
        var named = annotation(metadata, CACHE_NODE);
        if (named != null && !named.isBlank()) {
            return new NodeRef.Named(named.strip());
        }
        if (metadata.getLabels() != null && metadata.getLabels().containsKey(SIDECAR)) {
            return new NodeRef.Named(metadata.getName());
        }
        return kubernetesNode.isEmpty() ? NodeRef.NOBODY : new NodeRef.KubernetesNode(kubernetesNode);
    }

    private static @Nullable String annotation(ObjectMeta metadata, String name) {
        var annotations = metadata.getAnnotations();
        return annotations == null ? null : annotations.get(name);
    }
}
