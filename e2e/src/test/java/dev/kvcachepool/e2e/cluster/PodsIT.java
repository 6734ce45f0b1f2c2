package dev.kvcachepool.e2e.cluster;

import static dev.kvcachepool.e2e.cluster.PodsScene.CLUSTER;
import static dev.kvcachepool.e2e.cluster.PodsScene.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The operator and a pool as a user installs them, with the project's images in containers of a real kubelet: restricted
 * pods with a read-only root, probes, DNS, Services, memory limits and signals are the real ones.
 */
@Tag("cluster")
@ExtendWith(PodsScene.Keep.class)
class PodsIT {
    private static final String POOL = "pool";
    private static final String NAMESPACE = "test-pods";
    private static final String IMAGE = "kvcachepool/cache-node:0.1.0-SNAPSHOT";
    private static final String NEXT_IMAGE = "kvcachepool/cache-node:next";

    private static PodsScene scene;

    @BeforeAll
    static void theOperatorAndABroker() {
        scene = PodsScene.open(NAMESPACE, "restricted");
    }

    @AfterAll
    static void nothingStays() {
        scene.close();
        PodsScene.uninstall();
    }

    @Test
    void aPoolServesGrowsShrinksAndLeavesNothing() {
        // Given a pool of two
        scene.applyFile("pool.yaml");
        scene.ready(POOL, 2);
        var chunks = PodsChunks.make();

        // When chunks are stored through its Service, then they are read there and the router knows them
        chunks.store(scene.clients(POOL));
        chunks.assertHeld(scene.clients(POOL));
        scene.awaitBlocks(POOL, PodsChunks.COUNT);

        // And the operator, from another namespace, finds the broker by the name that the pool's pods know it by
        scene.awaitCondition(POOL, "AdvertsPublishing", "True");
        scene.awaitCondition(POOL, "Degraded", "False");

        // When it grows, then the third node serves and nothing is lost
        scale(3);
        scene.awaitServing(POOL, List.of("pool-0", "pool-1", "pool-2"));
        chunks.assertHeld(scene.clients(POOL));

        // When it shrinks, then the third hands over what it has and is gone
        scale(2);
        scene.awaitServing(POOL, List.of("pool-0", "pool-1"));
        chunks.assertHeld(scene.clients(POOL));
        assertThat(restarts()).containsOnly("0");

        // When a node's process is killed, then it is back in its pod with what it held
        CLUSTER.kill(NAMESPACE, "pool-0");
        patiently().untilAsserted(() -> assertThat(restarts()).contains("1"));
        patiently().untilAsserted(() -> chunks.assertHeld(scene.clients(POOL)));

        rollUnderLoad(chunks);

        // When it is deleted, then nothing of it is left
        scene.delete(POOL);
        scene.awaitNothingOf(POOL);

        // When the operator is uninstalled, then nothing of that is left, either
        nothingStays();
        patiently()
                .untilAsserted(() -> assertThat(CLUSTER.kubectl(
                                        "get",
                                        "namespaces,customresourcedefinitions,clusterroles,clusterrolebindings,"
                                                + "mutatingwebhookconfigurations",
                                        "-o",
                                        "name")
                                .mustSucceed()
                                .lines())
                        .noneMatch(name -> name.contains("kvcachepool") || name.endsWith("/" + NAMESPACE)));
    }

    private static void rollUnderLoad(PodsChunks chunks) {
        CLUSTER.tag("docker.io/" + IMAGE, "docker.io/" + NEXT_IMAGE);
        rollUnderLoad("another image", chunks, "{\"spec\":{\"image\":\"" + NEXT_IMAGE + "\"}}");
        assertThat(scene.ofNodes(POOL, "{.items[*].spec.containers[*].image}")).containsOnly(NEXT_IMAGE);
        rollUnderLoad("another setting", chunks, "{\"spec\":{\"eviction\":{\"readLease\":\"7s\"}}}");
    }

    private static void rollUnderLoad(String what, PodsChunks chunks, String change) {
        // Given a client that reads
        var before = scene.ofNodes(POOL, "{.items[*].metadata.uid}");
        var restarts = nodesRestarts();
        var load = chunks.read(scene.clients(POOL));
        try (load) {
            // When the pool is changed
            scene.kubectl("patch", "kvcachepool", POOL, "--type=merge", "-p", change)
                    .mustSucceed();
            patiently()
                    .untilAsserted(() -> assertThat(nodesRestarts())
                            .isEqualTo(restarts.stream().map(count -> count + 1).toList()));
            scene.ready(POOL, 2);
        }
        // Then its containers were restarted where they are, and clients that connect anew have noticed nothing
        System.out.println(what + ", rolled under load: " + load);
        assertThat(scene.ofNodes(POOL, "{.items[*].metadata.uid}")).isEqualTo(before);
        chunks.assertHeld(scene.clients(POOL));
        assertThat(load.wrong()).isZero();
        assertThat(load.failed()).as(load.toString()).isZero();
        assertThat(load.hitRatio()).as(load.toString()).isGreaterThan(.9);
    }

    private static List<Integer> nodesRestarts() {
        return scene.ofNodes(POOL, "{.items[*].status.containerStatuses[*].restartCount}").stream()
                .map(Integer::valueOf)
                .toList();
    }

    private static void scale(int replicas) {
        scene.kubectl("scale", "kvcachepool", POOL, "--replicas=" + replicas).mustSucceed();
        scene.ready(POOL, replicas);
    }

    /** Of each container of the pool. */
    private static List<String> restarts() {
        return scene.ofPods(POOL, "{.items[*].status.containerStatuses[*].restartCount}");
    }
}
