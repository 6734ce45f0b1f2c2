package dev.kvcachepool.router.engines;

import dev.kvcachepool.router.endpoint.EndpointSpec;
import dev.kvcachepool.router.endpoint.Endpoints;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;

/** Turns the comings and goings of engine pods into those of endpoints. Thread-safe. */
final class PodListener implements ResourceEventHandler<Pod> {
    private static final Logger LOG = Logger.getLogger(PodListener.class);

    private final Endpoints endpoints;
    private final List<Integer> ports;
    private final Map<String, Set<String>> namesOfPod = new HashMap<>();
    private final Set<String> refused = new HashSet<>();

    PodListener(Endpoints endpoints, List<Integer> ports) {
        this.endpoints = endpoints;
        this.ports = ports;
    }

    @Override
    public void onAdd(Pod pod) {
        become(pod.getMetadata().getName(), EnginePod.endpoints(pod, ports));
    }

    @Override
    public void onUpdate(Pod before, Pod pod) {
        onAdd(pod);
    }

    @Override
    public void onDelete(Pod pod, boolean isFinalStateUnknown) {
        become(pod.getMetadata().getName(), List.of());
    }

    /** Names of all endpoints that pods are at present. */
    synchronized Set<String> names() {
        var all = new HashSet<String>();
        namesOfPod.values().forEach(all::addAll);
        return all;
    }

    private synchronized void become(String pod, List<EndpointSpec> specs) {
        var gone = namesOfPod.getOrDefault(pod, Set.of());
        var names = new HashSet<String>();
        for (var spec : specs) {
            names.add(spec.name());
            present(spec);
        }
        for (var name : gone) {
            if (!names.contains(name)) {
                absent(name);
            }
        }
        if (names.isEmpty()) {
            namesOfPod.remove(pod);
        } else {
            namesOfPod.put(pod, names);
        }
    }

    private void present(EndpointSpec spec) {
        switch (endpoints.present(spec)) {
            case YES -> refused.remove(spec.name());
            case NAME_TAKEN -> refuse(spec, "a flag --endpoint has its name");
            case TOO_MANY -> refuse(spec, "there are " + Endpoints.MAX + " already");
        }
    }

    private void absent(String name) {
        refused.remove(name);
        endpoints.absent(name);
    }

    private void refuse(EndpointSpec spec, String why) {
        if (refused.add(spec.name())) {
            LOG.warnf("engine pod %s becomes no endpoint: %s", spec.name(), why);
        }
    }
}
