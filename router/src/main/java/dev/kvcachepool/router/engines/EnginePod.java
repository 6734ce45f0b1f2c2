package dev.kvcachepool.router.engines;

import dev.kvcachepool.router.endpoint.EndpointSpec;
import dev.kvcachepool.router.endpoint.NodeRef;
import dev.kvcachepool.router.endpoint.Origin;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import java.net.URI;
import java.util.Optional;

/** What a pod is as an endpoint. Pure functions. */
final class EnginePod {
    /** Names the cache-node beside the engine, where that is not the one on its Kubernetes node. */
    static final String CACHE_NODE = "kvcachepool.dev/cache-node";

    private EnginePod() {}

    /** The endpoint, as long as the pod is ready, is not about to end, and has an address. */
    static Optional<EndpointSpec> endpoint(Pod pod, int port) {
        if (pod.getMetadata().getDeletionTimestamp() != null || !isReady(pod)) {
            return Optional.empty();
        }
        var address = pod.getStatus().getPodIP();
        if (address == null || address.isEmpty()) {
            return Optional.empty();
        }
        var host = address.contains(":") ? "[" + address + "]" : address;
        var node = pod.getSpec() == null || pod.getSpec().getNodeName() == null
                ? ""
                : pod.getSpec().getNodeName();
        return Optional.of(new EndpointSpec(
                pod.getMetadata().getName(),
                URI.create("http://" + host + ":" + port),
                cacheNode(pod.getMetadata(), node),
                node,
                Origin.POD));
    }

    private static boolean isReady(Pod pod) {
        return pod.getStatus() != null
                && pod.getStatus().getConditions().stream()
                        .anyMatch(condition ->
                                "Ready".equals(condition.getType()) && "True".equals(condition.getStatus()));
    }

    private static NodeRef cacheNode(ObjectMeta metadata, String kubernetesNode) {
        var annotations = metadata.getAnnotations();
        var named = annotations == null ? null : annotations.get(CACHE_NODE);
        if (named != null && !named.isBlank()) {
            return new NodeRef.Named(named.strip());
        }
        return kubernetesNode.isEmpty() ? NodeRef.NOBODY : new NodeRef.KubernetesNode(kubernetesNode);
    }
}
