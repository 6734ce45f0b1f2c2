package dev.kvcachepool.e2e.runtime.controller;

import static dev.kvcachepool.e2e.runtime.TestPods.node;
import static dev.kvcachepool.e2e.runtime.TestPods.on;
import static dev.kvcachepool.e2e.runtime.TestPods.ready;
import static dev.kvcachepool.e2e.runtime.TestPods.unready;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.e2e.runtime.TestPods;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DaemonSetPlanTest {
    private static final List<Node> NODES = List.of(
            node("a", Map.of("cache", "yes")), node("b", Map.of("cache", "yes")), node("c", Map.of("cache", "no")));

    private static DaemonSet set(String update, int maxUnavailable) {
        return new DaemonSetBuilder()
                .withNewMetadata()
                .withName("pool")
                .endMetadata()
                .withNewSpec()
                .withNewTemplate()
                .withNewSpec()
                .addToNodeSelector("cache", "yes")
                .endSpec()
                .endTemplate()
                .withNewUpdateStrategy()
                .withType(update)
                .withNewRollingUpdate()
                .withMaxUnavailable(new IntOrString(maxUnavailable))
                .endRollingUpdate()
                .endUpdateStrategy()
                .endSpec()
                .build();
    }

    @Test
    void every_matching_node_gets_a_pod_and_no_other() {
        var pods = List.of(on("a", ready("pool-x", "new")), on("c", ready("pool-y", "new")));

        var plan = DaemonSetPlan.next(set("RollingUpdate", 1), NODES, pods, "new");

        assertThat(plan.create()).containsExactly("b");
        assertThat(plan.delete()).extracting(TestPods::name).containsExactly("pool-y");
        assertThat(plan.status().getDesiredNumberScheduled()).isEqualTo(2);
        assertThat(plan.status().getNumberMisscheduled()).isEqualTo(1);
        assertThat(plan.status().getNumberUnavailable()).isEqualTo(1);
    }

    @Test
    void a_roll_takes_as_many_as_may_be_unavailable() {
        var bothOld = List.of(on("a", ready("pool-x", "old")), on("b", ready("pool-y", "old")));
        var oneAway = List.of(on("a", unready("pool-x", "new")), on("b", ready("pool-y", "old")));

        assertThat(DaemonSetPlan.next(set("RollingUpdate", 1), NODES, bothOld, "new")
                        .delete())
                .hasSize(1);
        assertThat(DaemonSetPlan.next(set("RollingUpdate", 2), NODES, bothOld, "new")
                        .delete())
                .hasSize(2);
        assertThat(DaemonSetPlan.next(set("RollingUpdate", 1), NODES, oneAway, "new")
                        .delete())
                .isEmpty();
        assertThat(DaemonSetPlan.next(set("OnDelete", 1), NODES, bothOld, "new").delete())
                .isEmpty();
    }

    @Test
    void a_pod_is_tied_to_its_node_before_it_is_bound() {
        var spec = DaemonSetPods.tiedTo(ready("pool-x", "new").getSpec(), "b");
        var pod = ready("pool-x", "new");

        pod.setSpec(spec);

        assertThat(DaemonSetPods.node(pod)).isEqualTo("b");
    }
}
