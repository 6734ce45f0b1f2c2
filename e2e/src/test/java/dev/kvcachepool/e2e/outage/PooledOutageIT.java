package dev.kvcachepool.e2e.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two nodes of a Pooled pool whose topics are made anew: neither takes itself for the only one. */
class PooledOutageIT {

    @Test
    void noHomeMovesWhenTheTopicsAreMadeAnew() throws Exception {
        // Given
        try (var scene = new Scene(
                List.of("a", "b"),
                List.of("--host-size", "64Mi", "--placement", "Pooled"),
                List.of("--placement", "Pooled"))) {
            var oracle = new Oracle(scene, true);
            var topics = new Topics(scene);
            oracle.awaitTruth();
            try (var traffic = scene.traffic()) {
                await().atMost(Oracle.PATIENCE).until(() -> traffic.stores() >= 500);
                var before = scene.incarnations();
                var members = new Members(scene);

                // When
                topics.delete(topics.both());
                long healed = System.nanoTime();
                topics.create(5);
                await().atMost(Oracle.PATIENCE)
                        .pollInterval(Duration.ofMillis(50))
                        .until(() -> {
                            members.look();
                            return scene.isLaterThan(before);
                        });
                long stores = traffic.stores() + 300;
                await().atMost(Oracle.PATIENCE).until(() -> traffic.stores() >= stores);

                // Then each has known both all the time, the table is the truth, and no key lives twice
                assertThat(members.fewest()).isEqualTo(2);
                traffic.end();
                oracle.awaitTruth();
                System.out.printf(
                        "outage: %-22s %s, truth after %.1f s%n",
                        "Pooled, topics anew", traffic.counts(), (System.nanoTime() - healed) / 1e9);
                assertThat(traffic.counts().wrong.sum()).as("wrong values").isZero();
                assertThat(scene.keys("a")).isNotEmpty().doesNotHaveDuplicates();
            }
        }
    }

    /** How many members the nodes know of, by their own word. */
    private static final class Members {
        private final Scene scene;
        private double fewest = Double.MAX_VALUE;

        Members(Scene scene) {
            this.scene = scene;
        }

        void look() {
            for (var node : scene.nodes()) {
                fewest = Math.min(fewest, scene.metric(scene.node(node), "kvcachepool_pool_members"));
            }
        }

        double fewest() {
            return fewest;
        }
    }
}
