package dev.kvcachepool.e2e.runtime.controller;

import static dev.kvcachepool.e2e.runtime.TestPods.ready;
import static dev.kvcachepool.e2e.runtime.TestPods.terminating;
import static dev.kvcachepool.e2e.runtime.TestPods.unready;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.e2e.runtime.controller.StatefulSetPlan.Action;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatefulSetPlanTest {
    private static StatefulSet set(String policy, int replicas, String update, int partition) {
        return new StatefulSetBuilder()
                .withNewMetadata()
                .withName("pool")
                .endMetadata()
                .withNewSpec()
                .withPodManagementPolicy(policy)
                .withReplicas(replicas)
                .withNewUpdateStrategy()
                .withType(update)
                .withNewRollingUpdate()
                .withPartition(partition)
                .endRollingUpdate()
                .endUpdateStrategy()
                .endSpec()
                .build();
    }

    private static List<String> next(StatefulSet set, Pod... pods) {
        return StatefulSetPlan.next(set, List.of(pods), "old", "new").stream()
                .map(action -> switch (action) {
                    case Action.Create create -> "create " + create.ordinal() + " " + create.revision();
                    case Action.Delete delete ->
                        "delete " + delete.pod().getMetadata().getName();
                })
                .toList();
    }

    @Test
    void ordered_pods_are_made_one_after_the_other_is_ready() {
        var set = set("OrderedReady", 3, "RollingUpdate", 0);

        assertThat(next(set)).containsExactly("create 0 new");
        assertThat(next(set, unready("pool-0", "new"))).isEmpty();
        assertThat(next(set, ready("pool-0", "new"))).containsExactly("create 1 new");
    }

    @Test
    void parallel_pods_are_made_at_once() {
        assertThat(next(set("Parallel", 2, "RollingUpdate", 0))).containsExactly("create 0 new", "create 1 new");
    }

    @Test
    void a_roll_takes_the_highest_old_pod_when_all_above_it_are_ready() {
        var set = set("Parallel", 3, "RollingUpdate", 0);

        assertThat(next(set, ready("pool-0", "old"), ready("pool-1", "old"), unready("pool-2", "new")))
                .isEmpty();
        assertThat(next(set, ready("pool-0", "old"), ready("pool-1", "old"), ready("pool-2", "new")))
                .containsExactly("delete pool-1");
        assertThat(next(set, ready("pool-0", "old"), terminating(ready("pool-1", "old")), ready("pool-2", "new")))
                .isEmpty();
    }

    @Test
    void a_partition_keeps_the_pods_below_it_at_the_current_revision() {
        var set = set("Parallel", 3, "RollingUpdate", 2);

        assertThat(next(set, ready("pool-0", "old"), ready("pool-2", "new"))).containsExactly("create 1 old");
        assertThat(next(set, ready("pool-0", "old"), ready("pool-1", "old"), ready("pool-2", "new")))
                .isEmpty();
    }

    @Test
    void on_delete_leaves_old_pods_alone() {
        assertThat(next(set("Parallel", 1, "OnDelete", 0), ready("pool-0", "old")))
                .isEmpty();
    }

    @Test
    void scaling_down_begins_with_the_highest_and_waits_for_it_when_ordered() {
        var ordered = set("OrderedReady", 1, "RollingUpdate", 0);
        var parallel = set("Parallel", 1, "RollingUpdate", 0);

        assertThat(next(ordered, ready("pool-0", "new"), ready("pool-1", "new"), ready("pool-2", "new")))
                .containsExactly("delete pool-2");
        assertThat(next(ordered, ready("pool-0", "new"), ready("pool-1", "new"), terminating(ready("pool-2", "new"))))
                .isEmpty();
        assertThat(next(ordered, unready("pool-0", "new"), ready("pool-1", "new")))
                .isEmpty();
        assertThat(next(parallel, unready("pool-0", "new"), ready("pool-1", "new"), ready("pool-2", "new")))
                .containsExactly("delete pool-2", "delete pool-1");
    }

    @Test
    void a_finished_pod_is_replaced() {
        var failed = ready("pool-0", "new");
        failed.getStatus().setPhase("Failed");

        assertThat(next(set("Parallel", 1, "RollingUpdate", 0), failed)).containsExactly("delete pool-0");
    }
}
