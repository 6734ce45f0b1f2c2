package dev.kvcachepool.e2e.runtime.schedule;

import static dev.kvcachepool.e2e.runtime.TestPods.node;
import static dev.kvcachepool.e2e.runtime.TestPods.on;
import static dev.kvcachepool.e2e.runtime.TestPods.ready;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeChoiceTest {
    private final Node a = node("a", Map.of("zone", "1"));
    private final Node b = node("b", Map.of("zone", "2"));

    @Test
    void the_node_with_the_fewest_pods_is_taken() {
        var choice = NodeChoice.of(ready("new", "1"), List.of(a, b), List.of(on("a", ready("x", "1"))));

        assertThat(choice).isEqualTo(new NodeChoice.On("b"));
    }

    @Test
    void affinity_with_an_operator_narrows_the_nodes() {
        var pod = new PodBuilder(ready("new", "1"))
                .editSpec()
                .withNewAffinity()
                .withNewNodeAffinity()
                .withNewRequiredDuringSchedulingIgnoredDuringExecution()
                .addNewNodeSelectorTerm()
                .addNewMatchExpression()
                .withKey("zone")
                .withOperator("NotIn")
                .withValues("2")
                .endMatchExpression()
                .endNodeSelectorTerm()
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .endNodeAffinity()
                .endAffinity()
                .endSpec()
                .build();

        assertThat(NodeChoice.of(pod, List.of(a, b), List.of(on("a", ready("x", "1")))))
                .isEqualTo(new NodeChoice.On("a"));
    }

    @Test
    void a_pod_that_fits_nowhere_is_told_why() {
        var tainted = new NodeBuilder(b)
                .editSpec()
                .addNewTaint("NoSchedule", "gpu", null, "only")
                .endSpec()
                .build();
        var pod = new PodBuilder(ready("new", "1"))
                .editSpec()
                .addToNodeSelector("zone", "2")
                .endSpec()
                .build();

        assertThat(NodeChoice.of(pod, List.of(a, tainted), List.of()))
                .isEqualTo(new NodeChoice.Unschedulable(
                        "0/2 nodes are available: 1 node(s) didn't match Pod's node affinity/selector,"
                                + " 1 node(s) had untolerated taint {gpu: only}."));
    }

    @Test
    void a_toleration_opens_a_tainted_node() {
        var tainted = new NodeBuilder(b)
                .editSpec()
                .addNewTaint("NoSchedule", "gpu", null, "only")
                .endSpec()
                .build();
        var pod = new PodBuilder(ready("new", "1"))
                .editSpec()
                .addNewToleration("NoSchedule", "gpu", "Equal", null, "only")
                .endSpec()
                .build();

        assertThat(NodeChoice.of(pod, List.of(tainted), List.of())).isEqualTo(new NodeChoice.On("b"));
    }
}
