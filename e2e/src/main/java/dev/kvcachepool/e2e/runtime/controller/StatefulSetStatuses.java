package dev.kvcachepool.e2e.runtime.controller;

import dev.kvcachepool.e2e.runtime.cluster.PodState;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatus;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatusBuilder;
import java.util.List;

/** A StatefulSet's status from its pods; the update's revision becomes the current one when all pods have it. */
final class StatefulSetStatuses {
    private StatefulSetStatuses() {}

    static StatefulSetStatus of(StatefulSet set, List<Pod> pods, String currentRevision, String updateRevision) {
        var updated = count(pods, updateRevision);
        var ready = (int) pods.stream().filter(PodState::isReady).count();
        var wanted = StatefulSetPlan.replicas(set);
        var complete = updated == wanted && ready == wanted && pods.size() == wanted;
        return new StatefulSetStatusBuilder()
                .withObservedGeneration(set.getMetadata().getGeneration())
                .withReplicas(pods.size())
                .withReadyReplicas(ready)
                .withAvailableReplicas(ready)
                .withUpdatedReplicas(updated)
                .withCurrentReplicas(complete ? updated : count(pods, currentRevision))
                .withCurrentRevision(complete ? updateRevision : currentRevision)
                .withUpdateRevision(updateRevision)
                .withCollisionCount(0)
                .build();
    }

    private static int count(List<Pod> pods, String revision) {
        return (int) pods.stream()
                .filter(pod -> !PodState.isTerminating(pod))
                .filter(pod -> StatefulSetPlan.revision(pod).equals(revision))
                .count();
    }
}
