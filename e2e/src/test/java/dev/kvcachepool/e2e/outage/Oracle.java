package dev.kvcachepool.e2e.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Whether a router's table is what the nodes hold. Asks the nodes themselves; their clients must be at rest. */
final class Oracle {
    static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Scene scene;
    private final boolean pooled;

    Oracle(Scene scene, boolean pooled) {
        this.scene = scene;
        this.pooled = pooled;
    }

    /** Waits until the table equals the nodes' truth; how long that took. */
    Duration awaitTruth() {
        long start = System.nanoTime();
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptions()
                .untilAsserted(this::assertTruth);
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private void assertTruth() {
        var index = scene.router().index();
        var all = new ArrayList<Chunk>();
        for (var node : scene.nodes()) {
            assertThat(scene.router().holder(node).path("liveness").asText())
                    .as(node)
                    .isIn("fresh", "quiet");
            if (!pooled) {
                var held = scene.keys(node);
                assertThat(held).doesNotHaveDuplicates();
                assertRows(node, held.size());
                assertAdvertised(node, held);
                all.addAll(held);
            }
        }
        if (pooled) {
            // Any node lists the keys of all, one that lives at two nodes twice.
            all.addAll(scene.keys(scene.nodes().iterator().next()));
            scene.nodes().forEach(node -> assertRows(node, scene.metric(scene.node(node), "kvcachepool_store_keys")));
            scene.nodes().forEach(endpoint -> assertAdvertised(endpoint, all));
        }
        assertThat(index.path("pairs").asInt()).isEqualTo(all.size());
        assertThat(index.path("blocks").asInt()).isEqualTo(new HashSet<>(all).size());
    }

    private void assertRows(String node, double keys) {
        assertThat(scene.router().holder(node).path("blocks").asDouble())
                .as("rows of " + node)
                .isEqualTo(keys);
    }

    /** That the endpoint is said to hold each of these: with the count of rows, these are all of its rows. */
    private void assertAdvertised(String endpoint, List<Chunk> held) {
        if (!held.isEmpty()) {
            assertThat(scene.router().heldBlocks(held)).containsEntry(endpoint, held.size());
        }
    }

    /** That no chunk of these is picked at the endpoint of a node. */
    void assertNonePicked(String endpoint, Set<Chunk> chunks) {
        for (var chunk : chunks) {
            assertThat(scene.router().heldBlocks(List.of(chunk))).containsEntry(endpoint, 0);
        }
    }
}
