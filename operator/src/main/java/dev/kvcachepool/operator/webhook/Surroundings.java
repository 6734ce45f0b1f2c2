package dev.kvcachepool.operator.webhook;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.operator.inject.PodSecurity;
import java.util.List;

/** What is to be known of a pod's namespace. Implementations ask the API server, and are thread-safe. */
interface Surroundings {
    /**
     * The namespace's pools.
     *
     * @throws io.fabric8.kubernetes.client.KubernetesClientException if they can't be read
     */
    List<KVCachePool> pools(String namespace);

    /**
     * What the namespace lets its pods have.
     *
     * @throws io.fabric8.kubernetes.client.KubernetesClientException if it can't be read
     */
    PodSecurity security(String namespace);
}
