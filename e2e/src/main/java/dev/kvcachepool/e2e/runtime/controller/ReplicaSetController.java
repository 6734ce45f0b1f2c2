package dev.kvcachepool.e2e.runtime.controller;

import dev.kvcachepool.e2e.runtime.cluster.ClusterWriter;
import dev.kvcachepool.e2e.runtime.cluster.Key;
import dev.kvcachepool.e2e.runtime.cluster.Names;
import dev.kvcachepool.e2e.runtime.cluster.ObjectCache;
import dev.kvcachepool.e2e.runtime.cluster.Owners;
import dev.kvcachepool.e2e.runtime.cluster.PodState;
import dev.kvcachepool.e2e.runtime.cluster.Reconciler;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatus;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatusBuilder;
import java.util.List;
import java.util.Map;

/** Applies {@link ReplicaSetPlan}. */
public final class ReplicaSetController implements Reconciler {
    private final ObjectCache cache;
    private final ClusterWriter writer;

    public ReplicaSetController(ObjectCache cache, ClusterWriter writer) {
        this.cache = cache;
        this.writer = writer;
    }

    @Override
    public void reconcile(Key key) {
        var set = cache.get(ReplicaSet.class, key.namespace(), key.name());
        if (set == null || PodState.isTerminating(set)) {
            return;
        }
        var plan = ReplicaSetPlan.next(replicas(set), pods(set));
        for (var i = 0; i < plan.create(); i++) {
            var name = key.name() + "-" + Names.suffix(5);
            writer.create(PodFromTemplate.pod(set, set.getSpec().getTemplate(), name, Map.of()));
        }
        plan.delete().forEach(writer::delete);
        var status = status(set, pods(set));
        if (!status.equals(set.getStatus())) {
            var copy = writer.copy(set);
            copy.setStatus(status);
            writer.updateStatus(copy);
        }
    }

    static int replicas(ReplicaSet set) {
        return set.getSpec().getReplicas() == null ? 1 : set.getSpec().getReplicas();
    }

    private List<Pod> pods(ReplicaSet set) {
        return Owners.controlledBy(set, cache.list(Pod.class, set.getMetadata().getNamespace()));
    }

    static ReplicaSetStatus status(ReplicaSet set, List<Pod> pods) {
        var active = pods.stream().filter(PodState::isActive).toList();
        var ready = (int) active.stream().filter(PodState::isReady).count();
        return new ReplicaSetStatusBuilder()
                .withObservedGeneration(set.getMetadata().getGeneration())
                .withReplicas(active.size())
                .withFullyLabeledReplicas(active.size())
                .withReadyReplicas(ready)
                .withAvailableReplicas(ready)
                .build();
    }
}
