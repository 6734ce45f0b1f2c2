package dev.kvcachepool.e2e.runtime.controller;

import dev.kvcachepool.e2e.runtime.cluster.PodState;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Comparator;
import java.util.List;

/**
 * How many pods a ReplicaSet lacks, or which it has too many: those without a node go first, then those that aren't
 * ready, then the youngest.
 */
record ReplicaSetPlan(int create, List<Pod> delete) {
    static ReplicaSetPlan next(int replicas, List<Pod> pods) {
        var active = pods.stream().filter(PodState::isActive).toList();
        if (active.size() <= replicas) {
            return new ReplicaSetPlan(replicas - active.size(), List.of());
        }
        var surplus = active.stream()
                .sorted(Comparator.comparing((Pod pod) -> pod.getSpec().getNodeName() != null)
                        .thenComparing(PodState::isReady)
                        .thenComparing(pod -> pod.getMetadata().getCreationTimestamp(), Comparator.reverseOrder())
                        .thenComparing(pod -> pod.getMetadata().getName()))
                .limit(active.size() - (long) replicas)
                .toList();
        return new ReplicaSetPlan(0, surplus);
    }
}
