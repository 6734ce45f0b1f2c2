package dev.kvcachepool.e2e.runtime.proxy;

import dev.kvcachepool.e2e.runtime.cluster.ObjectCache;
import dev.kvcachepool.e2e.runtime.cluster.Selectors;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Cluster DNS and kube-proxy as one look-up: a Service's name or cluster IP leads to one of its endpoints in turn. Ready
 * ones first; if there is none, those that still serve while they end. With {@code internalTrafficPolicy: Local} only
 * those on the caller's node count. Safe for use by several threads.
 */
public final class ServiceTable {
    private static final String SERVICE_LABEL = "kubernetes.io/service-name";
    private final ObjectCache cache;
    private final AtomicInteger turn = new AtomicInteger();

    public ServiceTable(ObjectCache cache) {
        this.cache = cache;
    }

    private record Target(Endpoint endpoint, int port) {
        InetSocketAddress address() {
            return new InetSocketAddress(endpoint.getAddresses().getFirst(), port);
        }
    }

    /**
     * Where a connection to {@code host:port} goes; an address that is no Service's is returned as it is.
     *
     * @throws UnreachableException if the name is unknown or has no endpoint for the port
     */
    public InetSocketAddress resolve(String host, int port, String fromNode) {
        for (var service : cache.list(Service.class)) {
            if (host.equals(service.getSpec().getClusterIP())) {
                return endpoint(service, port, fromNode);
            }
        }
        if (host.matches("\\d+(\\.\\d+){3}")) {
            return new InetSocketAddress(host, port);
        }
        var labels = List.of(host.split("\\.", -1));
        var svc = labels.indexOf("svc");
        var suffix = svc < 0 ? "" : String.join(".", labels.subList(svc, labels.size()));
        if (svc < 2 || svc > 3 || !List.of("svc", "svc.cluster.local").contains(suffix)) {
            throw new UnreachableException(host + " is not like <service>.<namespace>.svc");
        }
        var service = cache.get(Service.class, labels.get(svc - 1), labels.get(svc - 2));
        if (service == null) {
            throw new UnreachableException("there is no Service " + labels.get(svc - 1) + "/" + labels.get(svc - 2));
        }
        return svc == 3 ? named(service, labels.getFirst(), port) : endpoint(service, port, fromNode);
    }

    /** Where a connection to a Service's address goes that doesn't come from a pod: to any endpoint. */
    InetSocketAddress resolveFromOutside(String clusterIp, int port) {
        return cache.list(Service.class).stream()
                .filter(service -> clusterIp.equals(service.getSpec().getClusterIP()))
                .findFirst()
                .map(service -> choose(service, port, targets(service, port).toList(), ""))
                .orElseThrow(() -> new UnreachableException("no Service has the address " + clusterIp));
    }

    private InetSocketAddress named(Service service, String hostname, int port) {
        return endpoints(service)
                .filter(endpoint -> hostname.equals(endpoint.getHostname()) && isReady(endpoint))
                .findFirst()
                .map(endpoint -> new InetSocketAddress(endpoint.getAddresses().getFirst(), port))
                .orElseThrow(() -> new UnreachableException(
                        hostname + " of Service " + name(service) + " is not known or not ready"));
    }

    private InetSocketAddress endpoint(Service service, int port, String fromNode) {
        var local = "Local".equals(service.getSpec().getInternalTrafficPolicy());
        var targets = targets(service, port)
                .filter(target -> !local || fromNode.equals(target.endpoint().getNodeName()))
                .toList();
        return choose(service, port, targets, local ? " on node " + fromNode : "");
    }

    private InetSocketAddress choose(Service service, int port, List<Target> targets, String where) {
        var ready =
                targets.stream().filter(target -> isReady(target.endpoint())).toList();
        var usable = ready.isEmpty()
                ? targets.stream()
                        .filter(target -> isServing(target.endpoint()))
                        .toList()
                : ready;
        if (usable.isEmpty()) {
            throw new UnreachableException(
                    "Service " + name(service) + " has no ready endpoint for port " + port + where);
        }
        return usable.get(Math.floorMod(turn.getAndIncrement(), usable.size())).address();
    }

    private Stream<Target> targets(Service service, int port) {
        if ("None".equals(service.getSpec().getClusterIP())) {
            return endpoints(service).map(endpoint -> new Target(endpoint, port));
        }
        var wanted = service.getSpec().getPorts().stream()
                .filter(candidate -> candidate.getPort() == port)
                .map(ServiceTable::name)
                .findFirst();
        return slices(service)
                .flatMap(slice -> slice.getPorts().stream()
                        .filter(candidate -> wanted.filter(
                                        name -> name.equals(Objects.requireNonNullElse(candidate.getName(), "")))
                                .isPresent())
                        .flatMap(target ->
                                slice.getEndpoints().stream().map(endpoint -> new Target(endpoint, target.getPort()))));
    }

    private Stream<Endpoint> endpoints(Service service) {
        return slices(service).flatMap(slice -> slice.getEndpoints().stream());
    }

    private Stream<EndpointSlice> slices(Service service) {
        var label = Map.of(SERVICE_LABEL, service.getMetadata().getName());
        Predicate<EndpointSlice> ofService = slice -> Selectors.containsAll(Selectors.labels(slice), label);
        return cache.list(EndpointSlice.class, service.getMetadata().getNamespace()).stream()
                .filter(ofService);
    }

    /** What isn't said counts as ready, as in Kubernetes. */
    private static boolean isReady(Endpoint endpoint) {
        return endpoint.getConditions() == null
                || !Boolean.FALSE.equals(endpoint.getConditions().getReady());
    }

    private static boolean isServing(Endpoint endpoint) {
        return Boolean.TRUE.equals(endpoint.getConditions().getServing());
    }

    private static String name(ServicePort port) {
        return port.getName() == null ? "" : port.getName();
    }

    private static String name(Service service) {
        return service.getMetadata().getNamespace() + "/"
                + service.getMetadata().getName();
    }
}
