package dev.kvcachepool.e2e.runtime.controller;

import static dev.kvcachepool.e2e.runtime.TestPods.ready;
import static dev.kvcachepool.e2e.runtime.TestPods.terminating;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.e2e.runtime.TestPods;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeploymentPlanTest {
    private static Deployment rolling(int replicas, IntOrString surge, IntOrString unavailable) {
        return new DeploymentBuilder()
                .withNewSpec()
                .withReplicas(replicas)
                .withRevisionHistoryLimit(0)
                .withNewStrategy()
                .withType("RollingUpdate")
                .withNewRollingUpdate()
                .withMaxSurge(surge)
                .withMaxUnavailable(unavailable)
                .endRollingUpdate()
                .endStrategy()
                .endSpec()
                .build();
    }

    private static ReplicaSet set(String name, int replicas, int available) {
        return new ReplicaSetBuilder()
                .withNewMetadata()
                .withName(name)
                .withCreationTimestamp("2026-01-01T00:00:00Z")
                .endMetadata()
                .withNewSpec()
                .withReplicas(replicas)
                .endSpec()
                .withNewStatus()
                .withReplicas(replicas)
                .withAvailableReplicas(available)
                .endStatus()
                .build();
    }

    private static Map<String, Integer> sizes(Deployment deployment, ReplicaSet current, ReplicaSet... old) {
        return DeploymentPlan.next(deployment, current, List.of(old), List.of()).sizes();
    }

    @Test
    void the_new_set_grows_within_the_surge_and_the_old_one_shrinks_as_it_becomes_available() {
        var deployment = rolling(2, new IntOrString(1), new IntOrString(0));

        assertThat(sizes(deployment, set("new", 0, 0), set("old", 2, 2))).isEqualTo(Map.of("new", 1));
        assertThat(sizes(deployment, set("new", 1, 0), set("old", 2, 2))).isEmpty();
        assertThat(sizes(deployment, set("new", 1, 1), set("old", 2, 2))).isEqualTo(Map.of("old", 1));
        assertThat(sizes(deployment, set("new", 1, 1), set("old", 1, 1))).isEqualTo(Map.of("new", 2));
        assertThat(sizes(deployment, set("new", 2, 2), set("old", 1, 1))).isEqualTo(Map.of("old", 0));
    }

    @Test
    void unavailable_old_pods_go_first() {
        var deployment = rolling(2, new IntOrString(1), new IntOrString(0));

        assertThat(sizes(deployment, set("new", 1, 1), set("broken", 1, 0), set("old", 1, 1)))
                .isEqualTo(Map.of("broken", 0));
    }

    @Test
    void percentages_are_rounded_up_for_the_surge_and_down_for_the_unavailable() {
        var deployment = rolling(5, new IntOrString("25%"), new IntOrString("25%"));

        assertThat(DeploymentPlan.maxSurge(deployment)).isEqualTo(2);
        assertThat(DeploymentPlan.maxUnavailable(deployment)).isEqualTo(1);
    }

    @Test
    void one_may_be_unavailable_when_both_limits_come_to_nothing() {
        assertThat(DeploymentPlan.maxUnavailable(rolling(1, new IntOrString(0), new IntOrString("25%"))))
                .isEqualTo(1);
    }

    @Test
    void recreate_waits_for_the_last_old_pod() {
        var deployment = rolling(2, new IntOrString(1), new IntOrString(0));
        deployment.getSpec().getStrategy().setType("Recreate");
        var leaving = List.of(terminating(ready("old-x", "old")));

        assertThat(sizes(deployment, set("new", 0, 0), set("old", 2, 2))).isEqualTo(Map.of("old", 0));
        assertThat(DeploymentPlan.next(deployment, set("new", 0, 0), List.of(set("old", 0, 0)), leaving)
                        .sizes())
                .isEmpty();
        assertThat(sizes(deployment, set("new", 0, 0), set("old", 0, 0))).isEqualTo(Map.of("new", 2));
    }

    @Test
    void empty_sets_beyond_the_history_limit_are_obsolete() {
        var plan = DeploymentPlan.next(
                rolling(1, new IntOrString(1), new IntOrString(0)),
                set("new", 1, 1),
                List.of(set("old", 0, 0)),
                List.of());

        assertThat(plan.obsolete()).extracting(TestPods::name).containsExactly("old");
    }
}
