package dev.kvcachepool.e2e.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Two cache-nodes and a router under load while something around them fails. Each scene begins and ends with a table that
 * is the truth; no read ever gives what was not stored.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OutageIT {
    private static final String A = "a";

    private final Scene scene =
            new Scene(List.of(A, "b"), List.of("--host-size", "48Mi"), List.of("--silence-limit", "12s"));
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
    void theBrokerComesBackWithoutTheNewestRows() throws Exception {
        // Given the log of the blocks as it was a while ago
        var disk = new BrokerDisk(scene);
        scene.broker().stop();
        disk.save();
        scene.broker().start();

        // When more was stored, and that log is all there is after the next start, under another leader epoch
        try (var traffic = scene.traffic()) {
            awaitStores(traffic, 300);
            traffic.close();
            oracle.awaitTruth();
            scene.broker().stop();
            disk.restore();
            scene.broker().start();
            long healed = System.nanoTime();

            // Then all that is held is in the log again: a new router knows nothing else
            scene.restartRouter();
            finish("log truncated", traffic, healed);
        }
    }

    @Test
    void theBrokerComesBackWithAnEmptyDisk() {
        // Given
        try (var traffic = scene.traffic()) {
            awaitStores(traffic, 200);

            // When
            scene.emptyBroker();
            long healed = System.nanoTime();
            awaitStores(traffic, 200);

            // Then nodes and router make the topics anew
            finish("empty broker", traffic, healed);
        }
    }

    @Test
    void theLogIsCompactedUnderLoad() throws Exception {
        // Given segments that are closed and cleaned every second
        topics.set(Compaction.FORCED);
        try (var traffic = scene.traffic()) {

            // When many records are gone
            await().until(() -> topics.size().records() < topics.size().offsets() * 0.9);
            long healed = System.nanoTime();
            scene.restartRouter();
            awaitStores(traffic, 200);

            // Then a router that reads what is left knows the truth
            finish("compaction", traffic, healed);
        }
        topics.unset(Compaction.FORCED);
    }

    @Test
    void theRouterIsStoppedUntilTombstonesAreGone() throws Exception {
        // Given a router that knows the truth, and tombstones that stay for twelve seconds
        topics.set(Compaction.SHORT_TOMBSTONES);
        try (var traffic = scene.traffic()) {
            awaitStores(traffic, 200);
            scene.restartRouter();
            traffic.close();
            oracle.awaitTruth();
            var removed = scene.keys(A).stream().limit(50).collect(Collectors.toSet());
            long incarnation = scene.incarnations().get(A);

            // When it sleeps while rows are removed, until the log has neither these rows nor their tombstones
            Signals.stop(scene.routerProcess());
            try {
                new Compaction(scene, topics).removeWithoutTrace(A, incarnation, removed);
            } finally {
                Signals.resume(scene.routerProcess());
            }
            long healed = System.nanoTime();

            // Then it finds out by reading all anew
            finish("reader paused", traffic, healed);
        }
        topics.unset(Compaction.SHORT_TOMBSTONES);
    }

    @Test
    void theTopicsAreMadeAnew() throws Exception {
        // Given
        try (var traffic = scene.traffic()) {
            awaitStores(traffic, 200);
            var before = scene.incarnations();

            // When
            topics.delete(topics.both());
            long healed = System.nanoTime();
            topics.create(5);
            awaitLaterThan(before);

            // Then
            finish("topics made anew", traffic, healed);
        }
    }

    @Test
    @Tag("long")
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
            var before = scene.incarnations();

            // When
            long healed = System.nanoTime();
            topics.grow(topics.partitions() + 3);
            awaitLaterThan(before);

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
            var held = Set.copyOf(scene.keys(A));
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
            var held = Set.copyOf(scene.keys(A));
            Signals.stop(scene.node(A));
            try {
                awaitNotPicked(held);
            } finally {
                Signals.resume(scene.node(A));
            }
            long healed = System.nanoTime();
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
            try {
                scene.replaceNode(A, scene.launchNode(A));
                awaitStores(traffic, 200);
            } finally {
                Signals.resume(zombie);
            }
            long healed = System.nanoTime();
            await().until(() -> scene.metric(zombie, "kvcachepool_adverts_fenced") == 1);
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

    /** Waits until every node has begun another life in the table. */
    private void awaitLaterThan(Map<String, Long> before) {
        await().until(() -> scene.isLaterThan(before));
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
