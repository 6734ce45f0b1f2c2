package dev.kvcachepool.e2e.runtime.controller;

import dev.kvcachepool.e2e.runtime.cluster.ClusterWriter;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentConditionBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatus;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A Deployment's status from those of its ReplicaSets; a condition's times change with its status and reason only. */
final class DeploymentStatuses {
    private DeploymentStatuses() {}

    static DeploymentStatus of(Deployment deployment, ReplicaSet current, List<ReplicaSet> all) {
        var wanted = DeploymentPlan.replicas(deployment);
        var available = sum(all, ReplicaSetStatus::getAvailableReplicas);
        var replicas = sum(all, ReplicaSetStatus::getReplicas);
        var updated = sum(List.of(current), ReplicaSetStatus::getReplicas);
        var enough = available >= wanted - DeploymentPlan.maxUnavailable(deployment);
        var complete = updated == wanted && replicas == wanted && available >= wanted;
        return new DeploymentStatusBuilder()
                .withObservedGeneration(deployment.getMetadata().getGeneration())
                .withReplicas(replicas)
                .withUpdatedReplicas(updated)
                .withReadyReplicas(sum(all, ReplicaSetStatus::getReadyReplicas))
                .withAvailableReplicas(available)
                .withUnavailableReplicas(Math.max(0, Math.max(wanted, replicas) - available))
                .withConditions(
                        condition(
                                deployment,
                                "Available",
                                enough,
                                enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
                                enough
                                        ? "Deployment has minimum availability."
                                        : "Deployment does not have minimum availability."),
                        condition(
                                deployment,
                                "Progressing",
                                true,
                                complete ? "NewReplicaSetAvailable" : "ReplicaSetUpdated",
                                "ReplicaSet \"" + current.getMetadata().getName() + "\" "
                                        + (complete ? "has successfully progressed." : "is progressing.")))
                .build();
    }

    private static int sum(List<ReplicaSet> sets, Function<ReplicaSetStatus, Integer> count) {
        return sets.stream()
                .map(ReplicaSet::getStatus)
                .filter(status -> status != null && count.apply(status) != null)
                .mapToInt(count::apply)
                .sum();
    }

    private static DeploymentCondition condition(
            Deployment deployment, String type, boolean holds, String reason, String message) {
        var status = holds ? "True" : "False";
        var now = ClusterWriter.now();
        var known = deployment.getStatus() == null
                ? Optional.<DeploymentCondition>empty()
                : deployment.getStatus().getConditions().stream()
                        .filter(condition -> type.equals(condition.getType()))
                        .filter(condition -> status.equals(condition.getStatus()))
                        .findFirst();
        var unchanged = known.filter(
                condition -> reason.equals(condition.getReason()) && message.equals(condition.getMessage()));
        return new DeploymentConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(reason)
                .withMessage(message)
                .withLastTransitionTime(
                        known.map(DeploymentCondition::getLastTransitionTime).orElse(now))
                .withLastUpdateTime(
                        unchanged.map(DeploymentCondition::getLastUpdateTime).orElse(now))
                .build();
    }
}
