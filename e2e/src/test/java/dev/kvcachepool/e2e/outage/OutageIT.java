package dev.kvcachepool.e2e.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Two cache-nodes and a router under load while something around them fails. Each scene begins and ends with a table that
 * is the truth; no read ever gives what was not stored.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OutageIT {
    private static final String A = "a";

    private final Scene scene = new Scene(
            List.of(A, "b"), List.of("--host-size", "48Mi"), List.of("--silence-limit", "12s"));
    private final Oracle oracle = new Oracle(scene, false);
    private final Topics topics = new Topics(scene);

    @BeforeAll
    void settle() {
        oracle.awaitTruth();
    }

    @AfterAll
    void end() {
        scene.close();
    }

    @Test
    void theBrokerIsAwayForTenThousandStores() {
        // Given
        try (var traffic = scene.traffic()) {
            awaitStores(traffic, 200);

            // When
            scene.broker().stop();
            traffic.pace(Duration.ZERO);
            awaitStores(traffic, 10_000);
            traffic.pace(Traffic.EASY);
            long healed = System.nanoTime();
            scene.broker().start();

            // Then
            finish("broker away", traffic, healed);
        }
    }

    @Test
    void theTopicsAreMadeAnew() throws Exception {
        // Given
        try (var traffic = scene.traffic()) {
            awaitStores(traffic, 200);

            // When
            topics.delete(topics.both());
            long healed = System.nanoTime();
            topics.create(5);
            awaitStores(traffic, 200);

            // Then
            finish("topics made anew", traffic, healed);
        }
    }

    @Test
    void theBlocksTopicIsDeletedAndNobodyMakesItAnew() throws Exception {
        // Given
        try (var traffic = scene.traffic()) {
            awaitStores(traffic, 200);

            // When
            topics.delete(List.of(scene.topics().blocks()));
            long healed = System.nanoTime();
            awaitStores(traffic, 200);

            // Then
            finish("blocks topic deleted", traffic, healed);
            assertThat(topics.exist()).isTrue();
        }
    }

    @Test
    void theTopicsGetMorePartitions() throws Exception {
        // Given
        try (var traffic = scene.traffic()) {
            awaitStores(traffic, 200);

            // When
            long healed = System.nanoTime();
            topics.grow(topics.partitions() + 3);
            awaitStores(traffic, 200);

            // Then
            finish("more partitions", traffic, healed);
        }
    }

    @Test
    void aNodeIsKilledAndComesBack() {
        // Given
        try (var traffic = scene.traffic()) {
            awaitStores(traffic, 200);

            // When it is gone, then nobody is sent to what it held
            var held = scene.held(A);
            scene.node(A).kill();
            awaitNotPicked(held);

            // When it is back, empty, then its table is empty too
            long healed = System.nanoTime();
            scene.replaceNode(A, scene.launchNode(A));
            awaitStores(traffic, 200);
            finish("kill -9", traffic, healed);
        }
    }

    @Test
    void aNodeIsStoppedAndGoesOn() {
        // Given
        try (var traffic = scene.traffic()) {
            awaitStores(traffic, 200);

            // When it is stopped until the router has given it up
            var held = scene.held(A);
            Signals.stop(scene.node(A));
            awaitNotPicked(held);
            long healed = System.nanoTime();
            Signals.resume(scene.node(A));
            awaitStores(traffic, 200);

            // Then
            finish("SIGSTOP", traffic, healed);
        }
    }

    @Test
    void aNodeIsStoppedReplacedAndGoesOn() {
        // Given
        try (var traffic = scene.traffic()) {
            awaitStores(traffic, 200);
            var zombie = scene.node(A);

            // When another process has taken over its name
            Signals.stop(zombie);
            scene.replaceNode(A, scene.launchNode(A));
            awaitStores(traffic, 200);
            long healed = System.nanoTime();
            Signals.resume(zombie);
            awaitStores(traffic, 200);

            // Then the table is the successor's truth, and the zombie says no more
            finish("SIGSTOP, replaced", traffic, healed);
            zombie.kill();
        }
    }

    @Test
    void theRouterIsKilledAndStartsAgain() {
        // Given
        try (var traffic = scene.traffic()) {
            awaitStores(traffic, 200);

            // When
            long healed = System.nanoTime();
            scene.restartRouter();
            awaitStores(traffic, 200);

            // Then
            finish("router killed", traffic, healed);
        }
    }

    private static ConditionFactory await() {
        return org.awaitility.Awaitility.await()
                .atMost(Oracle.PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptions();
    }

    private static void awaitStores(Traffic traffic, long more) {
        long enough = traffic.stores() + more;
        await().until(() -> traffic.stores() >= enough);
    }

    /** Waits until the node counts as silent, and sees that nobody is sent to what it held. */
    private void awaitNotPicked(Set<Chunk> held) {
        await().until(() -> scene.router().holder(A).path("liveness").asText().equals("not-picked"));
        oracle.assertNonePicked(A, held.stream().limit(100).collect(Collectors.toSet()));
    }

    /** Ends the traffic, waits for the truth, and says how it went. */
    private void finish(String name, Traffic traffic, long healedNanos) {
        traffic.close();
        oracle.awaitTruth();
        var took = Duration.ofNanos(System.nanoTime() - healedNanos);
        System.out.printf("outage: %-22s %s, truth after %.1f s%n", name, traffic.counts(), took.toMillis() / 1e3);
        assertThat(traffic.counts().wrong.sum()).as("wrong values").isZero();
    }
}
