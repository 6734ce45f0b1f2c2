package dev.kvcachepool.e2e.runtime.controller;

import dev.kvcachepool.e2e.runtime.cluster.PodState;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How many pods a budget lets go. */
record DisruptionPlan(int expected, int healthy, int wanted) {
    /**
     * @param scale what the pods' controllers are set to; null if one of them can't be scaled, as a DaemonSet
     * @throws IllegalStateException if the budget needs a scale that there isn't
     */
    static DisruptionPlan of(PodDisruptionBudget budget, List<Pod> pods, @Nullable Integer scale) {
        var spec = budget.getSpec();
        var healthy = (int) pods.stream().filter(PodState::isAvailable).count();
        if (spec.getMaxUnavailable() != null) {
            var expected = required(scale);
            var allowed = Amount.roundedUp(spec.getMaxUnavailable(), expected, "0");
            return new DisruptionPlan(expected, healthy, Math.max(0, expected - allowed));
        }
        if (Amount.isPercentage(spec.getMinAvailable())) {
            var expected = required(scale);
            return new DisruptionPlan(expected, healthy, Amount.roundedUp(spec.getMinAvailable(), expected, "0"));
        }
        return new DisruptionPlan(pods.size(), healthy, Amount.roundedUp(spec.getMinAvailable(), pods.size(), "0"));
    }

    int allowed() {
        return expected == 0 ? 0 : Math.max(0, healthy - wanted);
    }

    private static int required(@Nullable Integer scale) {
        if (scale == null) {
            throw new IllegalStateException("daemonsets.apps does not implement the scale subresource");
        }
        return scale;
    }
}
