package dev.kvcachepool.e2e.runtime.controller;

import dev.kvcachepool.e2e.runtime.cluster.PodState;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.RollingUpdateDeployment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sizes that a Deployment gives its ReplicaSets next. Rolling: the new one grows while the total stays within
 * replicas + maxSurge; old ones shrink, unavailable pods first, while replicas - maxUnavailable stay available.
 * Recreate: the old ones shrink to nothing, and only when their pods are gone the new one grows.
 *
 * @param sizes by ReplicaSet name, those that change only
 * @param obsolete empty ReplicaSets beyond the history limit
 */
record DeploymentPlan(Map<String, Integer> sizes, List<ReplicaSet> obsolete) {
    static DeploymentPlan next(Deployment deployment, ReplicaSet current, List<ReplicaSet> old, List<Pod> oldPods) {
        var sizes = new LinkedHashMap<String, Integer>();
        var strategy = deployment.getSpec().getStrategy();
        if (strategy != null && "Recreate".equals(strategy.getType())) {
            recreate(deployment, current, old, oldPods, sizes);
        } else {
            roll(deployment, current, old, sizes);
        }
        return new DeploymentPlan(sizes, obsolete(deployment, old));
    }

    private static void recreate(
            Deployment deployment,
            ReplicaSet current,
            List<ReplicaSet> old,
            List<Pod> oldPods,
            Map<String, Integer> sizes) {
        old.stream().filter(set -> size(set) > 0).forEach(set -> sizes.put(name(set), 0));
        if (sizes.isEmpty()
                && oldPods.stream().allMatch(PodState::isFinished)
                && size(current) != replicas(deployment)) {
            sizes.put(name(current), replicas(deployment));
        }
    }

    private static void roll(
            Deployment deployment, ReplicaSet current, List<ReplicaSet> old, Map<String, Integer> sizes) {
        var wanted = replicas(deployment);
        var total = size(current) + old.stream().mapToInt(DeploymentPlan::size).sum();
        var room = wanted + maxSurge(deployment) - total;
        var size = size(current) > wanted ? wanted : Math.max(size(current), Math.min(wanted, size(current) + room));
        if (size != size(current)) {
            sizes.put(name(current), size);
            return;
        }
        var unavailableNew = size(current) - available(current);
        var removable = total - (wanted - maxUnavailable(deployment)) - unavailableNew;
        shrink(old, removable, sizes);
    }

    private static void shrink(List<ReplicaSet> old, int removable, Map<String, Integer> sizes) {
        var left = removable;
        var oldestFirst = old.stream()
                .sorted(Comparator.comparing(set -> set.getMetadata().getCreationTimestamp()))
                .toList();
        var spare = new LinkedHashMap<ReplicaSet, Integer>();
        for (var set : oldestFirst) {
            var gone = Math.max(0, Math.min(left, size(set) - available(set)));
            left -= gone;
            spare.put(set, size(set) - gone);
        }
        for (var set : oldestFirst) {
            var before = spare.getOrDefault(set, 0);
            var after = before - Math.max(0, Math.min(left, before));
            left -= before - after;
            if (after != size(set)) {
                sizes.put(name(set), after);
            }
        }
    }

    private static List<ReplicaSet> obsolete(Deployment deployment, List<ReplicaSet> old) {
        var limit = deployment.getSpec().getRevisionHistoryLimit();
        var empty = old.stream()
                .filter(set -> size(set) == 0 && !PodState.isTerminating(set))
                .filter(set -> set.getStatus() != null
                        && (set.getStatus().getReplicas() == null
                                || set.getStatus().getReplicas() == 0))
                .sorted(Comparator.comparing(set -> set.getMetadata().getCreationTimestamp()))
                .toList();
        return new ArrayList<>(empty.subList(0, Math.max(0, empty.size() - (limit == null ? 10 : limit))));
    }

    static int maxSurge(Deployment deployment) {
        var rolling = rolling(deployment);
        return Amount.roundedUp(rolling == null ? null : rolling.getMaxSurge(), replicas(deployment), "25%");
    }

    static int maxUnavailable(Deployment deployment) {
        var rolling = rolling(deployment);
        var amount =
                Amount.roundedDown(rolling == null ? null : rolling.getMaxUnavailable(), replicas(deployment), "25%");
        // Both 0 would never get anywhere.
        return amount == 0 && maxSurge(deployment) == 0 ? 1 : amount;
    }

    private static @Nullable RollingUpdateDeployment rolling(Deployment deployment) {
        var strategy = deployment.getSpec().getStrategy();
        return strategy == null ? null : strategy.getRollingUpdate();
    }

    static int replicas(Deployment deployment) {
        return deployment.getSpec().getReplicas() == null
                ? 1
                : deployment.getSpec().getReplicas();
    }

    private static int size(ReplicaSet set) {
        return ReplicaSetController.replicas(set);
    }

    private static int available(ReplicaSet set) {
        var status = set.getStatus();
        return status == null || status.getAvailableReplicas() == null ? 0 : status.getAvailableReplicas();
    }

    private static String name(ReplicaSet set) {
        return set.getMetadata().getName();
    }
}
