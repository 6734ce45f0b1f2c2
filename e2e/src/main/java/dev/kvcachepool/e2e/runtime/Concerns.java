package dev.kvcachepool.e2e.runtime;

import dev.kvcachepool.e2e.runtime.cluster.Key;
import dev.kvcachepool.e2e.runtime.cluster.ObjectCache;
import dev.kvcachepool.e2e.runtime.cluster.Owners;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Whom an object's change concerns besides itself. */
record Concerns(ObjectCache cache) {
    private static final Map<String, Class<? extends HasMetadata>> OWNERS = Map.of(
            "StatefulSet", StatefulSet.class,
            "DaemonSet", DaemonSet.class,
            "Deployment", Deployment.class,
            "ReplicaSet", ReplicaSet.class,
            "Service", Service.class);

    Stream<Key> of(HasMetadata object) {
        var namespace = object.getMetadata().getNamespace();
        return switch (object) {
            case Pod pod ->
                Stream.of(owner(pod), keys(Service.class, namespace), keys(PodDisruptionBudget.class, namespace))
                        .flatMap(keys -> keys);
            case ReplicaSet set -> Stream.concat(owner(set), keys(PodDisruptionBudget.class, namespace));
            case StatefulSet _ -> keys(PodDisruptionBudget.class, namespace);
            case EndpointSlice slice -> owner(slice);
            case ControllerRevision revision -> owner(revision);
            case ConfigMap _, Secret _ -> keys(Pod.class, namespace);
            case Node _ -> Stream.concat(all(DaemonSet.class), all(Pod.class));
            default -> Stream.empty();
        };
    }

    private Stream<Key> owner(HasMetadata object) {
        return Owners.controllerOf(object)
                .flatMap(owner -> Optional.ofNullable(OWNERS.get(owner.getKind()))
                        .map(type -> new Key(type, object.getMetadata().getNamespace(), owner.getName())))
                .stream();
    }

    private <T extends HasMetadata> Stream<Key> keys(Class<T> type, String namespace) {
        return cache.list(type, namespace).stream().map(Key::of);
    }

    private <T extends HasMetadata> Stream<Key> all(Class<T> type) {
        return List.copyOf(cache.list(type)).stream().map(Key::of);
    }
}
