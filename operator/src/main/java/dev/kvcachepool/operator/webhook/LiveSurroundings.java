package dev.kvcachepool.operator.webhook;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.operator.inject.PodSecurity;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;

/** Asks the API server each time: an operator that waits for its turn has no informers, and answers as well as the one that acts. */
record LiveSurroundings(KubernetesClient client) implements Surroundings {
    @Override
    public List<KVCachePool> pools(String namespace) {
        return client.resources(KVCachePool.class).inNamespace(namespace).list().getItems();
    }

    @Override
    public PodSecurity security(String namespace) {
        var found = client.namespaces().withName(namespace).get();
        var labels = found == null ? null : found.getMetadata().getLabels();
        return PodSecurity.of(labels == null ? Map.of() : labels);
    }
}
