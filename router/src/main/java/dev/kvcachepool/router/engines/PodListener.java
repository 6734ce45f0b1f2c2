package dev.kvcachepool.router.engines;

import dev.kvcachepool.router.endpoint.EndpointSpec;
import dev.kvcachepool.router.endpoint.Endpoints;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** Turns the comings and goings of engine pods into those of endpoints. Thread-safe. */
final class PodListener implements ResourceEventHandler<Pod> {
    private static final Logger LOG = Logger.getLogger(PodListener.class);

    private final Endpoints endpoints;
    private final int port;
    private final Set<String> refused = ConcurrentHashMap.newKeySet();

    PodListener(Endpoints endpoints, int port) {
        this.endpoints = endpoints;
        this.port = port;
    }

    @Override
    public void onAdd(Pod pod) {
        EnginePod.endpoint(pod, port).ifPresentOrElse(this::present, () -> absent(pod));
    }

    @Override
    public void onUpdate(Pod before, Pod pod) {
        onAdd(pod);
    }

    @Override
    public void onDelete(Pod pod, boolean isFinalStateUnknown) {
        absent(pod);
    }

    private void present(EndpointSpec spec) {
        switch (endpoints.present(spec)) {
            case YES -> refused.remove(spec.name());
            case NAME_TAKEN -> refuse(spec, "a flag --endpoint has its name");
            case TOO_MANY -> refuse(spec, "there are " + Endpoints.MAX + " already");
        }
    }

    private void absent(Pod pod) {
        refused.remove(pod.getMetadata().getName());
        endpoints.absent(pod.getMetadata().getName());
    }

    private void refuse(EndpointSpec spec, String why) {
        if (refused.add(spec.name())) {
            LOG.warnf("engine pod %s becomes no endpoint: %s", spec.name(), why);
        }
    }
}
