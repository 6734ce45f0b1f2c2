package dev.kvcachepool.e2e.runtime.controller;

import dev.kvcachepool.e2e.runtime.cluster.ClusterWriter;
import dev.kvcachepool.e2e.runtime.cluster.Key;
import dev.kvcachepool.e2e.runtime.cluster.ObjectCache;
import dev.kvcachepool.e2e.runtime.cluster.Owners;
import dev.kvcachepool.e2e.runtime.cluster.PodState;
import dev.kvcachepool.e2e.runtime.cluster.Reconciler;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.HashSet;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Gives Services their cluster IPs and keeps their EndpointSlices. */
public final class ServiceController implements Reconciler {
    private final ObjectCache cache;
    private final ClusterWriter writer;
    private final String addresses;

    /** @param addresses the pool's first three bytes with the last dot */
    public ServiceController(ObjectCache cache, ClusterWriter writer, String addresses) {
        this.cache = cache;
        this.writer = writer;
        this.addresses = addresses;
    }

    @Override
    public void reconcile(Key key) {
        var service = cache.get(Service.class, key.namespace(), key.name());
        if (service == null || PodState.isTerminating(service)) {
            return;
        }
        if (needsAddress(service.getSpec().getClusterIP())) {
            assignAddress(service);
        }
        var selector = service.getSpec().getSelector();
        if (selector != null && !selector.isEmpty()) {
            writeSlices(service);
        }
    }

    /** An API gives addresses of its own range, on which nothing of this machine can listen: those are replaced. */
    private boolean needsAddress(@Nullable String address) {
        return address == null || !(address.equals("None") || address.startsWith(addresses));
    }

    private void assignAddress(Service service) {
        var taken = cache.list(Service.class).stream()
                .map(other -> other.getSpec().getClusterIP())
                .collect(Collectors.toSet());
        var address = IntStream.rangeClosed(1, 254)
                .mapToObj(last -> addresses + last)
                .filter(candidate -> !taken.contains(candidate))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no free Service address in " + addresses + "1-254"));
        var copy = writer.copy(service);
        copy.getSpec().setClusterIP(address);
        copy.getSpec().setClusterIPs(List.of(address));
        writer.update(copy);
    }

    private void writeSlices(Service service) {
        var namespace = service.getMetadata().getNamespace();
        var nodes = cache.list(Node.class).stream()
                .collect(Collectors.toMap(node -> node.getMetadata().getName(), Function.identity()));
        var wanted = EndpointSlicePlan.of(service, cache.list(Pod.class, namespace), nodes);
        var names = new HashSet<String>();
        for (var slice : wanted) {
            names.add(slice.getMetadata().getName());
            write(slice);
        }
        Owners.controlledBy(service, cache.list(EndpointSlice.class, namespace)).stream()
                .filter(slice -> !names.contains(slice.getMetadata().getName()) && !PodState.isTerminating(slice))
                .forEach(writer::delete);
    }

    private void write(EndpointSlice wanted) {
        var known = cache.get(
                EndpointSlice.class,
                wanted.getMetadata().getNamespace(),
                wanted.getMetadata().getName());
        if (known == null) {
            writer.create(wanted);
        } else if (!known.getEndpoints().equals(wanted.getEndpoints())
                || !known.getPorts().equals(wanted.getPorts())) {
            var copy = writer.copy(known);
            copy.setEndpoints(wanted.getEndpoints());
            copy.setPorts(wanted.getPorts());
            writer.update(copy);
        }
    }
}
