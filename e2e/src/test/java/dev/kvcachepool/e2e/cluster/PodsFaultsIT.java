package dev.kvcachepool.e2e.cluster;

import static dev.kvcachepool.e2e.cluster.PodsScene.CLUSTER;
import static dev.kvcachepool.e2e.cluster.PodsScene.OPERATOR;
import static dev.kvcachepool.e2e.cluster.PodsScene.OPERATOR_NAME;
import static dev.kvcachepool.e2e.cluster.PodsScene.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What fails around a pool whose pods run, while a client reads. Of two operators one acts. */
@Tag("cluster")
@ExtendWith(PodsScene.Keep.class)
class PodsFaultsIT {
    private static final String POOL = "pool";
    private static final int NODES = 3;
    private static final String RESTARTS = "{.items[*].status.containerStatuses[*].restartCount}";

    private static PodsScene scene;
    private static PodsChunks chunks;

    @BeforeAll
    static void aPoolWithChunks() {
        scene = PodsScene.open("test-faults", "restricted", "replicas=2");
        scene.applyFile("pool.yaml");
        scene.kubectl("scale", "kvcachepool", POOL, "--replicas=" + NODES).mustSucceed();
        scene.ready(POOL, NODES);
        chunks = PodsChunks.make();
        chunks.store(scene.clients(POOL));
        scene.awaitBlocks(POOL, PodsChunks.COUNT);
    }

    @AfterAll
    static void takeAway() {
        scene.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"control-plane", "kubelet"})
    void nobodyNoticesThatItIsRestarted(String what) {
        // Given
        var uids = nodes();
        var restarts = scene.ofPods(POOL, RESTARTS);
        var load = chunks.read(scene.clients(POOL));
        try (load) {
            // When
            CLUSTER.restart(what);
            // Then the operator hears of what is wanted, and does it
            patch("{\"spec\":{\"template\":{\"annotations\":{\"test/after\":\"%s\"}}}}".formatted(what));
            patiently()
                    .untilAsserted(() -> assertThat(scene.ofNodes(POOL, "{.items[*].metadata.annotations.test/after}"))
                            .hasSize(NODES)
                            .containsOnly(what));
            scene.ready(POOL, NODES);
        }
        System.out.println(what + " restarted: " + load);
        assertThat(load.failed()).as(load.toString()).isZero();
        assertThat(load.wrong()).isZero();
        // And all pods are those that were there
        assertThat(nodes()).isEqualTo(uids);
        assertThat(scene.ofPods(POOL, RESTARTS)).isEqualTo(restarts);
        chunks.assertHeld(scene.clients(POOL));
    }

    @Test
    void theNextOperatorFinishesARollThatOneBegan() {
        // Given a client, and somebody who counts
        var before = nodes();
        var load = chunks.read(scene.clients(POOL));
        try (load;
                var ready = new PodsReady(CLUSTER, scene.namespace(), POOL)) {
            // When every pod shall be replaced, and after the first the operator that acts is killed
            patch("{\"spec\":{\"template\":{\"env\":[{\"name\":\"TEST_ROLL\",\"value\":\"%d\"}]}}}"
                    .formatted(System.nanoTime()));
            awaitReplaced(before, 1);
            CLUSTER.kill(OPERATOR, leader());
            // And after the second its pod is deleted
            awaitReplaced(before, 2);
            var deleted = leader();
            CLUSTER.kubectl("-n", OPERATOR, "delete", "pod", deleted, "--force", "--grace-period=0", "--wait=false")
                    .mustSucceed();
            // Then another one finishes it, a node at a time
            awaitReplaced(before, NODES);
            patiently().untilAsserted(() -> assertThat(leader()).isNotEqualTo(deleted));
            scene.ready(POOL, NODES);
            assertThat(ready.fewest()).isEqualTo(NODES - 1);
        }
        System.out.println("rolled by three operators: " + load);
        chunks.assertHeld(scene.clients(POOL));
        assertThat(load.failed()).as(load.toString()).isZero();
        assertThat(load.wrong()).isZero();
    }

    @Test
    void aDeletedPodComesBackAndNothingIsLost() {
        // Given
        var before = nodes();
        var load = chunks.read(scene.clients(POOL));
        try (load) {
            // When
            scene.kubectl("delete", "pod", "pool-1", "--timeout=120s").mustSucceed();
            // Then
            awaitReplaced(before, 1);
            patiently()
                    .untilAsserted(() -> assertThat(
                                    scene.ofNodes(POOL, "{.items[*].status.conditions[?(@.type==\"Ready\")].status}"))
                            .hasSize(NODES)
                            .containsOnly("True"));
            scene.awaitServing(POOL, List.of("pool-0", "pool-1", "pool-2"));
            chunks.assertHeld(scene.clients(POOL));
        }
        System.out.println("a pod deleted: " + load);
        assertThat(load.failed()).as(load.toString()).isZero();
        assertThat(load.wrong()).isZero();
    }

    private static Set<String> nodes() {
        return Set.copyOf(scene.ofNodes(POOL, "{.items[*].metadata.uid}"));
    }

    private static void awaitReplaced(Set<String> before, int pods) {
        patiently().untilAsserted(() -> {
            var now = new HashSet<>(nodes());
            now.removeAll(before);
            assertThat(now).hasSizeGreaterThanOrEqualTo(pods);
        });
    }

    private static void patch(String patch) {
        scene.kubectl("patch", "kvcachepool", POOL, "--type=merge", "-p", patch).mustSucceed();
    }

    /** The operator's pod that holds the Lease. */
    private static String leader() {
        return CLUSTER.kubectl("-n", OPERATOR, "get", "lease", OPERATOR_NAME, "-o", "jsonpath={.spec.holderIdentity}")
                .mustSucceed();
    }
}
