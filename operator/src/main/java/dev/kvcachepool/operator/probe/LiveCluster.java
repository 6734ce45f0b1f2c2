package dev.kvcachepool.operator.probe;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.operator.desired.ChildNames;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The API server, asked now: an informer may not know yet of a pod that is there. What it refuses to say is not known. */
record LiveCluster(KubernetesClient client, KVCachePool pool) implements DepartedHolders.Cluster {
    private String namespace() {
        return pool.getMetadata().getNamespace();
    }

    @Override
    public OptionalInt replicas() {
        try {
            var set = client.apps()
                    .statefulSets()
                    .inNamespace(namespace())
                    .withName(ChildNames.of(pool).nodes())
                    .get();
            var replicas =
                    set == null || set.getSpec() == null ? null : set.getSpec().getReplicas();
            return replicas == null ? OptionalInt.empty() : OptionalInt.of(replicas);
        } catch (KubernetesClientException e) {
            return OptionalInt.empty();
        }
    }

    @Override
    public boolean lacksPod(String name) {
        return lacks(() -> client.pods().inNamespace(namespace()).withName(name).get());
    }

    @Override
    public boolean lacksNode(String name) {
        return lacks(() -> client.nodes().withName(name).get());
    }

    private static boolean lacks(Supplier<@Nullable Object> object) {
        try {
            return object.get() == null;
        } catch (KubernetesClientException e) {
            return false;
        }
    }
}
