package dev.kvcachepool.e2e.runtime.controller;

import static dev.kvcachepool.e2e.runtime.TestPods.on;
import static dev.kvcachepool.e2e.runtime.TestPods.ready;
import static dev.kvcachepool.e2e.runtime.TestPods.terminating;
import static dev.kvcachepool.e2e.runtime.TestPods.unready;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.e2e.runtime.TestPods;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplicaSetPlanTest {
    @Test
    void pods_on_their_way_out_are_replaced() {
        var plan = ReplicaSetPlan.next(2, List.of(on("a", terminating(ready("x", "1")))));

        assertThat(plan).isEqualTo(new ReplicaSetPlan(2, List.of()));
    }

    @Test
    void pods_without_a_node_and_unready_ones_go_first() {
        var plan = ReplicaSetPlan.next(
                1, List.of(on("a", ready("good", "1")), on("a", unready("slow", "1")), unready("pending", "1")));

        assertThat(plan.delete()).extracting(TestPods::name).containsExactly("pending", "slow");
    }
}
