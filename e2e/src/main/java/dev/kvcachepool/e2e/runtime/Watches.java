package dev.kvcachepool.e2e.runtime;

import dev.kvcachepool.e2e.runtime.cluster.Key;
import dev.kvcachepool.e2e.runtime.cluster.ObjectCache;
import dev.kvcachepool.e2e.runtime.cluster.WorkQueue;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.ArrayList;
import java.util.List;

/** One watch a kind over all namespaces: fills the cache and queues the keys that an object's change concerns. */
final class Watches implements AutoCloseable {
    private static final List<Class<? extends HasMetadata>> KINDS = List.of(
            Node.class,
            ConfigMap.class,
            Secret.class,
            ControllerRevision.class,
            StatefulSet.class,
            DaemonSet.class,
            Deployment.class,
            ReplicaSet.class,
            PodDisruptionBudget.class,
            Service.class,
            EndpointSlice.class,
            Pod.class);
    private final KubernetesClient client;
    private final ObjectCache cache;
    private final WorkQueue queue;
    private final Concerns concerns;
    private final List<SharedIndexInformer<?>> informers = new ArrayList<>();

    Watches(KubernetesClient client, ObjectCache cache, WorkQueue queue) {
        this.client = client;
        this.cache = cache;
        this.queue = queue;
        this.concerns = new Concerns(cache);
    }

    /** Returns when every kind has been listed. */
    void start() {
        for (var kind : KINDS) {
            watch(kind);
        }
    }

    private <T extends HasMetadata> void watch(Class<T> kind) {
        informers.add(client.resources(kind).inAnyNamespace().inform(new ResourceEventHandler<T>() {
            @Override
            public void onAdd(T object) {
                seen(object);
            }

            @Override
            public void onUpdate(T before, T object) {
                seen(object);
            }

            @Override
            public void onDelete(T object, boolean unknown) {
                cache.remove(object);
                enqueue(object);
            }
        }));
    }

    private void seen(HasMetadata object) {
        cache.put(object);
        enqueue(object);
    }

    private void enqueue(HasMetadata object) {
        queue.add(Key.of(object));
        concerns.of(object).forEach(queue::add);
    }

    @Override
    public void close() {
        informers.forEach(SharedIndexInformer::close);
    }
}
