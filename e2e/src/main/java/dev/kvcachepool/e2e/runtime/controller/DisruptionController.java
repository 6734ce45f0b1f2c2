package dev.kvcachepool.e2e.runtime.controller;

import dev.kvcachepool.e2e.runtime.cluster.ClusterWriter;
import dev.kvcachepool.e2e.runtime.cluster.Key;
import dev.kvcachepool.e2e.runtime.cluster.ObjectCache;
import dev.kvcachepool.e2e.runtime.cluster.Owners;
import dev.kvcachepool.e2e.runtime.cluster.PodState;
import dev.kvcachepool.e2e.runtime.cluster.Reconciler;
import dev.kvcachepool.e2e.runtime.cluster.Selectors;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetStatus;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetStatusBuilder;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps the status of PodDisruptionBudgets. */
public final class DisruptionController implements Reconciler {
    private final ObjectCache cache;
    private final ClusterWriter writer;

    public DisruptionController(ObjectCache cache, ClusterWriter writer) {
        this.cache = cache;
        this.writer = writer;
    }

    @Override
    public void reconcile(Key key) {
        var budget = cache.get(PodDisruptionBudget.class, key.namespace(), key.name());
        if (budget == null || PodState.isTerminating(budget)) {
            return;
        }
        var pods = cache.list(Pod.class, key.namespace()).stream()
                .filter(pod -> Selectors.matches(budget.getSpec().getSelector(), pod))
                .filter(pod -> !PodState.isFinished(pod))
                .toList();
        var status = status(budget, pods);
        if (!status.equals(budget.getStatus())) {
            var copy = writer.copy(budget);
            copy.setStatus(status);
            writer.updateStatus(copy);
        }
    }

    private PodDisruptionBudgetStatus status(PodDisruptionBudget budget, List<Pod> pods) {
        var status = new PodDisruptionBudgetStatusBuilder()
                .withObservedGeneration(budget.getMetadata().getGeneration());
        try {
            var plan = DisruptionPlan.of(budget, pods, scale(pods));
            var allowed = plan.allowed() > 0;
            return status.withExpectedPods(plan.expected())
                    .withCurrentHealthy(plan.healthy())
                    .withDesiredHealthy(plan.wanted())
                    .withDisruptionsAllowed(plan.allowed())
                    .withConditions(condition(budget, allowed, allowed ? "SufficientPods" : "InsufficientPods", ""))
                    .build();
        } catch (IllegalStateException e) {
            // What Kubernetes says of it too: the budget can't be judged, so nothing may go.
            return status.withExpectedPods(0)
                    .withCurrentHealthy(0)
                    .withDesiredHealthy(0)
                    .withDisruptionsAllowed(0)
                    .withConditions(condition(budget, false, "SyncFailed", String.valueOf(e.getMessage())))
                    .build();
        }
    }

    private static Condition condition(PodDisruptionBudget budget, boolean allowed, String reason, String message) {
        var value = allowed ? "True" : "False";
        var since = budget.getStatus() == null
                ? Optional.<Condition>empty()
                : budget.getStatus().getConditions().stream()
                        .filter(known -> value.equals(known.getStatus()))
                        .findFirst();
        return new ConditionBuilder()
                .withType("DisruptionAllowed")
                .withStatus(value)
                .withReason(reason)
                .withMessage(message)
                .withObservedGeneration(budget.getMetadata().getGeneration())
                .withLastTransitionTime(
                        since.map(Condition::getLastTransitionTime).orElseGet(ClusterWriter::now))
                .build();
    }

    private @Nullable Integer scale(List<Pod> pods) {
        var total = 0;
        var owners = pods.stream()
                .flatMap(pod -> Owners.controllerOf(pod).stream()
                        .map(owner -> scale(pod.getMetadata().getNamespace(), owner)))
                .distinct()
                .toList();
        for (var owner : owners) {
            if (owner.replicas() == null) {
                return null;
            }
            total += owner.replicas();
        }
        return total;
    }

    private record Scale(String uid, @Nullable Integer replicas) {}

    private Scale scale(String namespace, OwnerReference owner) {
        var replicas = switch (owner.getKind()) {
            case "StatefulSet" ->
                Optional.ofNullable(cache.get(StatefulSet.class, namespace, owner.getName()))
                        .map(StatefulSetPlan::replicas)
                        .orElse(0);
            case "ReplicaSet" ->
                Optional.ofNullable(cache.get(ReplicaSet.class, namespace, owner.getName()))
                        .map(ReplicaSetController::replicas)
                        .orElse(0);
            default -> null;
        };
        return new Scale(owner.getUid(), replicas);
    }
}
