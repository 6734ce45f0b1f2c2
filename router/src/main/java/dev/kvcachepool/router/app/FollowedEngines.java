package dev.kvcachepool.router.app;

import dev.kvcachepool.bridges.vllm.EngineAddress;
import dev.kvcachepool.router.endpoint.EndpointSpec;
import dev.kvcachepool.router.endpoint.Endpoints;
import dev.kvcachepool.router.endpoint.Origin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * The engines to listen to: those that flags name, and the engine pods, each at its address and the ports that a flag gives.
 * A pod that is gone, or not ready, is listened to for half a minute more, as it may be back; one of the same name at another
 * address takes its place at once. Confined to one thread.
 */
final class FollowedEngines implements Supplier<List<EngineAddress>> {
    private static final Logger LOG = Logger.getLogger(FollowedEngines.class);
    private static final long GRACE_NANOS = Duration.ofSeconds(30).toNanos();
    /** Between a pod's name and the port, where it is several endpoints; no pod's name has it. */
    private static final char PORT_MARK = '_';

    private final EngineEventsFlags.Config config;
    private final Endpoints endpoints;
    private final LongSupplier nanoTime;
    private final Set<String> named;
    private final Map<String, Seen> pods = new LinkedHashMap<>();
    private boolean told;

    /** Where a pod is, and when it was ready last. */
    private record Seen(EngineAddress address, long at) {}

    FollowedEngines(EngineEventsFlags.Config config, Endpoints endpoints, LongSupplier nanoTime) {
        this.config = config;
        this.endpoints = endpoints;
        this.nanoTime = nanoTime;
        this.named = config.engines().stream().map(EngineAddress::engine).collect(Collectors.toUnmodifiableSet());
    }

    /** All of them, in an order that does not change with who else is there. */
    @Override
    public List<EngineAddress> get() {
        var all = new ArrayList<>(config.engines());
        var ofPods = config.ofPods();
        if (ofPods != null) {
            look(ofPods);
            pods.values().stream().map(Seen::address).forEach(all::add);
        }
        return List.copyOf(all);
    }

    private void look(PodEvents events) {
        long now = nanoTime.getAsLong();
        var ready = endpoints.all().stream()
                .map(endpoint -> endpoint.spec())
                .filter(this::isFollowed)
                .toList();
        var names = ready.stream().map(EndpointSpec::name).collect(Collectors.toCollection(HashSet::new));
        pods.entrySet().removeIf(pod -> !names.contains(pod.getKey()) && now - pod.getValue().at > GRACE_NANOS);
        for (var pod : ready) {
            if (pods.containsKey(pod.name()) || pods.size() < events.most()) {
                pods.put(pod.name(), new Seen(events.of(pod.name(), pod.host()), now));
            } else if (!told) {
                told = true;
                LOG.warnf(
                        "more than %d engine pods: what others say of their blocks is not listened to; "
                                + "--engine-events-of-pods most= allows more",
                        events.most());
            }
        }
    }

    private boolean isFollowed(EndpointSpec endpoint) {
        return endpoint.origin() == Origin.POD
                && endpoint.name().indexOf(PORT_MARK) < 0
                && !named.contains(endpoint.name());
    }
}
