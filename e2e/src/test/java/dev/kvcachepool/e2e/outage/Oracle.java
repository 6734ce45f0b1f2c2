package dev.kvcachepool.e2e.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Whether a router's table is what the nodes hold. Asks the nodes themselves; their clients must be at rest. */
final class Oracle {
    static final Duration PATIENCE = Duration.ofSeconds(120);

    private final Scene scene;
    private final boolean pooled;

    Oracle(Scene scene, boolean pooled) {
        this.scene = scene;
        this.pooled = pooled;
    }

    /** Waits until the table equals the nodes' truth; how long that took. */
    Duration awaitTruth() {
        long start = System.nanoTime();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).ignoreExceptions().untilAsserted(this::assertTruth);
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private void assertTruth() {
        var index = scene.router().index();
        var union = new HashSet<Chunk>();
        long pairs = 0;
        for (var node : scene.nodes()) {
            var held = scene.held(node);
            var row = scene.router().holder(node);
            assertThat(row.path("liveness").asText()).as(node).isIn("fresh", "quiet");
            assertThat(row.path("blocks").asInt()).as("rows of " + node).isEqualTo(held.size());
            if (!pooled) {
                assertAdvertised(node, held);
            }
            union.addAll(held);
            pairs += held.size();
        }
        assertThat(index.path("pairs").asLong()).isEqualTo(pairs);
        assertThat(index.path("blocks").asLong()).isEqualTo(union.size());
        if (pooled) {
            scene.nodes().forEach(endpoint -> assertAdvertised(endpoint, union));
        }
    }

    /** That the endpoint is said to hold each of these: with the count of rows, these are all of its rows. */
    private void assertAdvertised(String endpoint, Set<Chunk> held) {
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
