package dev.kvcachepool.e2e.cluster;

import static dev.kvcachepool.e2e.cluster.OperatorFixture.CLUSTER;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.apply;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.awaitCondition;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.client;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.pool;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A cache-node on each of fifty Kubernetes nodes gets another form: one at a time, and none while a budget forbids it. */
@Tag("long")
class FiftyNodesIT {
    private static final int NODES = 50;
    private static final String LABEL = "kvcachepool.dev/test";
    private static final String POOL = "local";
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final String namespace = CLUSTER.namespace();

    @BeforeEach
    void addNodes() {
        OperatorFixture.operator();
        for (int number = 0; number < NODES; number++) {
            var size = Map.of("cpu", new Quantity("32"), "memory", new Quantity("256Gi"), "pods", new Quantity("110"));
            client().resource(new NodeBuilder()
                            .withNewMetadata()
                            .withName(namespace + "-" + number)
                            .addToAnnotations("kwok.x-k8s.io/node", "fake")
                            .addToLabels(LABEL, namespace)
                            .endMetadata()
                            .withNewStatus()
                            .withCapacity(size)
                            .withAllocatable(size)
                            .endStatus()
                            .build())
                    .create();
        }
    }

    @AfterEach
    void removeNodes() {
        CLUSTER.kubectl("delete", "kvp", "--all", "-n", namespace).mustSucceed();
        client().nodes().withLabel(LABEL, namespace).delete();
    }

    private void applyPool(String size) {
        apply(namespace, POOL, """
                placement: NodeLocal
                tiers: {host: {size: %s}}
                adverts: {bootstrapServers: "127.0.0.1:9"}
                router: {enabled: false}
                template: {nodeSelector: {%s: "%s"}}
                """.formatted(size, LABEL, namespace));
    }

    private static ConditionFactory await(String what) {
        return Awaitility.await(what).atMost(PATIENCE).pollInterval(Duration.ofMillis(200));
    }

    /** How many serve at each change of any pod. */
    private static final class Watched implements ResourceEventHandler<Pod> {
        private final Map<String, Boolean> serving = new HashMap<>();
        private int fewest = NODES;
        private int most;

        @Override
        public synchronized void onAdd(Pod pod) {
            note(pod);
        }

        @Override
        public synchronized void onUpdate(Pod before, Pod pod) {
            note(pod);
        }

        @Override
        public synchronized void onDelete(Pod pod, boolean unknown) {
            serving.remove(pod.getMetadata().getUid());
            count();
        }

        private void note(Pod pod) {
            var ready = pod.getMetadata().getDeletionTimestamp() == null
                    && pod.getStatus().getConditions().stream()
                            .anyMatch(condition -> condition.getType().equals("Ready")
                                    && condition.getStatus().equals("True"));
            serving.put(pod.getMetadata().getUid(), ready);
            count();
        }

        private void count() {
            int ready = (int) serving.values().stream().filter(is -> is).count();
            most = Math.max(most, ready);
            if (most == NODES) {
                fewest = Math.min(fewest, ready);
            }
        }

        synchronized int fewest() {
            return fewest;
        }

        synchronized boolean sawAll() {
            return most == NODES;
        }
    }

    private List<Pod> pods() {
        return client().pods().inNamespace(namespace).list().getItems();
    }

    private Set<String> uids() {
        var uids = new HashSet<String>();
        pods().forEach(pod -> uids.add(pod.getMetadata().getUid()));
        return uids;
    }

    /** Phase and reason; there is none while the DaemonSet's controller has not seen its newest form. */
    private String rollout() {
        var rollout = pool(namespace, POOL).getStatus().rollout();
        return rollout == null ? "" : rollout.phase() + ": " + rollout.reason();
    }

    private PodDisruptionBudget budget() {
        return new PodDisruptionBudgetBuilder()
                .withNewMetadata()
                .withName("nobody-goes")
                .withNamespace(namespace)
                .endMetadata()
                .withNewSpec()
                .withMinAvailable(new IntOrString(NODES))
                .withNewSelector()
                .addToMatchLabels("app.kubernetes.io/instance", POOL)
                .endSelector()
                .endSpec()
                .build();
    }

    @Test
    void theyAreReplacedOneAtATimeAndNoneWhileABudgetForbidsIt() {
        // Given
        applyPool("1Gi");
        awaitCondition(namespace, POOL, "Ready", "True AllServing: " + NODES + " of " + NODES);
        var before = uids();
        var watched = new Watched();
        try (var informer = client().pods().inNamespace(namespace).inform(watched)) {
            await("all are seen").until(watched::sawAll);
            client().resource(budget()).create();
            await("the budget is counted")
                    .until(() -> client().policy()
                                    .v1()
                                    .podDisruptionBudget()
                                    .inNamespace(namespace)
                                    .withName("nobody-goes")
                                    .get()
                                    .getStatus()
                            != null);
            // When
            applyPool("2Gi");
            // Then nobody goes
            await("the roll waits for the budget")
                    .untilAsserted(() -> assertThat(rollout()).contains("PodDisruptionBudget does not allow"));
            assertThat(uids()).isEqualTo(before);
            // When
            var start = System.nanoTime();
            client().resource(budget()).delete();
            // Then
            await("all have the new form").untilAsserted(() -> {
                assertThat(rollout()).startsWith("Complete");
                assertThat(uids()).doesNotContainAnyElementsOf(before).hasSize(NODES);
            });
            System.out.printf("roll: %d Kubernetes nodes in %.0f s%n", NODES, (System.nanoTime() - start) / 1e9);
            assertThat(informer.isRunning()).isTrue();
        }
        assertThat(watched.fewest()).isEqualTo(NODES - 1);
        assertThat(pods()).extracting(pod -> pod.getSpec().getNodeName()).doesNotHaveDuplicates();
        awaitCondition(namespace, POOL, "Ready", "True AllServing: " + NODES + " of " + NODES);
    }
}
