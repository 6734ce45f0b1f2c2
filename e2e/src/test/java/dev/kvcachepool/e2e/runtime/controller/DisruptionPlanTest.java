package dev.kvcachepool.e2e.runtime.controller;

import static dev.kvcachepool.e2e.runtime.TestPods.ready;
import static dev.kvcachepool.e2e.runtime.TestPods.unready;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

class DisruptionPlanTest {
    private static final List<Pod> PODS = List.of(ready("a", "1"), ready("b", "1"), unready("c", "1"));

    private static PodDisruptionBudget budget(IntOrString minAvailable, IntOrString maxUnavailable) {
        return new PodDisruptionBudgetBuilder()
                .withNewSpec()
                .withMinAvailable(minAvailable)
                .withMaxUnavailable(maxUnavailable)
                .endSpec()
                .build();
    }

    @Test
    void what_is_healthy_beyond_the_minimum_may_go() {
        assertThat(DisruptionPlan.of(budget(new IntOrString(1), null), PODS, null)
                        .allowed())
                .isEqualTo(1);
        assertThat(DisruptionPlan.of(budget(new IntOrString("50%"), null), PODS, 3)
                        .allowed())
                .isZero();
    }

    @Test
    void a_maximum_counts_from_what_the_controller_is_set_to() {
        assertThat(DisruptionPlan.of(budget(null, new IntOrString(1)), PODS, 3).allowed())
                .isZero();
        assertThat(DisruptionPlan.of(budget(null, new IntOrString(2)), PODS, 3).allowed())
                .isEqualTo(1);
    }

    @Test
    void a_maximum_over_pods_that_cannot_be_scaled_is_an_error_as_in_kubernetes() {
        assertThatThrownBy(() -> DisruptionPlan.of(budget(null, new IntOrString(1)), PODS, null))
                .hasMessageContaining("does not implement the scale subresource");
    }
}
