package dev.kvcachepool.operator.probe;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Which kinds the API server serves beside its own, as its discovery says. An answer holds for ten seconds, for all pools; while
 * there is none the last one does. Thread-safe.
 */
public final class Apis {
    private static final Logger LOG = Logger.getLogger(Apis.class);
    private static final Duration FRESH = Duration.ofSeconds(10);

    private final KubernetesClient client;
    private final Map<String, Set<String>> last = new ConcurrentHashMap<>();
    private final Cache<String, Set<String>> kinds =
            Caffeine.newBuilder().expireAfterWrite(FRESH).maximumSize(64).build();

    public Apis(KubernetesClient client) {
        this.client = client;
    }

    /** Whether objects of this kind can be made. */
    public boolean serve(String groupVersion, String kind) {
        return kinds.get(groupVersion, this::ask).contains(kind);
    }

    private Set<String> ask(String groupVersion) {
        try {
            var served = client.getApiResources(groupVersion);
            var names = served == null
                    ? Set.<String>of()
                    : served.getResources().stream().map(APIResource::getKind).collect(Collectors.toSet());
            last.put(groupVersion, names);
            return names;
        } catch (KubernetesClientException e) {
            LOG.debugf("the API server does not say what %s has: %s", groupVersion, e.getMessage());
            return last.getOrDefault(groupVersion, Set.of());
        }
    }
}
