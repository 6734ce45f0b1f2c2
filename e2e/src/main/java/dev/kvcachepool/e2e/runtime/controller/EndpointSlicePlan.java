package dev.kvcachepool.e2e.runtime.controller;

import dev.kvcachepool.e2e.runtime.cluster.Names;
import dev.kvcachepool.e2e.runtime.cluster.Owners;
import dev.kvcachepool.e2e.runtime.cluster.PodState;
import dev.kvcachepool.e2e.runtime.cluster.Selectors;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPortBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The EndpointSlices of a Service: one for each set of target ports, since a named port may differ between pods; one
 * without endpoints if no pod matches.
 */
final class EndpointSlicePlan {
    static final String SERVICE_LABEL = "kubernetes.io/service-name";
    static final String MANAGER = "endpointslice-controller.k8s.io";
    private static final String MANAGER_LABEL = "endpointslice.kubernetes.io/managed-by";
    private static final String ZONE_LABEL = "topology.kubernetes.io/zone";

    private EndpointSlicePlan() {}

    static List<EndpointSlice> of(Service service, List<Pod> pods, Map<String, Node> nodes) {
        var byPorts = new LinkedHashMap<List<EndpointPort>, List<Endpoint>>();
        for (var pod : pods) {
            if (Selectors.containsAll(Selectors.labels(pod), service.getSpec().getSelector())
                    && !PodState.isFinished(pod)
                    && pod.getStatus() != null
                    && pod.getStatus().getPodIP() != null) {
                byPorts.computeIfAbsent(ports(service, pod), _ -> new ArrayList<>())
                        .add(endpoint(service, pod, nodes));
            }
        }
        if (byPorts.isEmpty()) {
            byPorts.put(List.of(), List.of());
        }
        return byPorts.entrySet().stream()
                .map(entry -> slice(service, entry.getKey(), entry.getValue()))
                .toList();
    }

    private static EndpointSlice slice(Service service, List<EndpointPort> ports, List<Endpoint> endpoints) {
        var metadata = service.getMetadata();
        return new EndpointSliceBuilder()
                .withNewMetadata()
                .withName(metadata.getName() + "-"
                        + Names.hash(metadata.getUid() + ports).substring(0, 5))
                .withNamespace(metadata.getNamespace())
                .addToLabels(Selectors.labels(service))
                .addToLabels(SERVICE_LABEL, metadata.getName())
                .addToLabels(MANAGER_LABEL, MANAGER)
                .withOwnerReferences(Owners.reference(service))
                .endMetadata()
                .withAddressType("IPv4")
                .withEndpoints(endpoints)
                .withPorts(ports)
                .build();
    }

    private static Endpoint endpoint(Service service, Pod pod, Map<String, Node> nodes) {
        var spec = service.getSpec();
        var ready = PodState.isReady(pod);
        var terminating = PodState.isTerminating(pod);
        var publish = Boolean.TRUE.equals(spec.getPublishNotReadyAddresses());
        var named = service.getMetadata().getName().equals(pod.getSpec().getSubdomain());
        var node = nodes.get(pod.getSpec().getNodeName());
        return new EndpointBuilder()
                .withAddresses(pod.getStatus().getPodIP())
                .withNewConditions()
                .withReady(publish || (ready && !terminating))
                .withServing(publish || ready)
                .withTerminating(terminating)
                .endConditions()
                .withHostname(named ? pod.getSpec().getHostname() : null)
                .withNodeName(pod.getSpec().getNodeName())
                .withZone(node == null ? null : Selectors.labels(node).get(ZONE_LABEL))
                .withNewTargetRef()
                .withKind("Pod")
                .withNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName())
                .withUid(pod.getMetadata().getUid())
                .endTargetRef()
                .build();
    }

    private static List<EndpointPort> ports(Service service, Pod pod) {
        return service.getSpec().getPorts().stream()
                .flatMap(port -> target(port, pod).stream()
                        .map(number -> new EndpointPortBuilder()
                                .withName(port.getName() == null ? "" : port.getName())
                                .withPort(number)
                                .withProtocol("TCP")
                                .withAppProtocol(port.getAppProtocol())
                                .build()))
                .toList();
    }

    private static Optional<Integer> target(ServicePort port, Pod pod) {
        var target = port.getTargetPort();
        if (target == null) {
            return Optional.of(port.getPort());
        }
        if (target.getIntVal() != null) {
            return Optional.of(target.getIntVal() == 0 ? port.getPort() : target.getIntVal());
        }
        return pod.getSpec().getContainers().stream()
                .flatMap(container -> container.getPorts().stream())
                .filter(candidate -> target.getStrVal().equals(candidate.getName()))
                .map(ContainerPort::getContainerPort)
                .findFirst();
    }
}
