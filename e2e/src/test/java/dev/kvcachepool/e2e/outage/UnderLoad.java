package dev.kvcachepool.e2e.outage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/**
 * Two cache-nodes and a router under load while something around them fails. Each scene begins and ends with a table that
 * is the truth; no read ever gives what was not stored.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class UnderLoad {
    static final String A = "a";

    final Scene scene = new Scene(List.of(A, "b"), List.of("--host-size", "48Mi"), List.of("--silence-limit", "12s"));
    final Oracle oracle = new Oracle(scene, false);

    @BeforeAll
    void settle() {
        oracle.awaitTruth();
    }

    @AfterAll
    void end() {
        scene.close();
    }

    static ConditionFactory await() {
        return org.awaitility.Awaitility.await()
                .atMost(Oracle.PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptions();
    }

    static void awaitTime(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        await().until(() -> System.nanoTime() - end >= 0);
    }

    static void awaitStores(Traffic traffic, long more) {
        long enough = traffic.stores() + more;
        await().until(() -> traffic.stores() >= enough);
    }

    /** Waits until every node has begun another life in the table. */
    void awaitLaterThan(Map<String, Long> before) {
        await().until(() -> scene.isLaterThan(before));
    }

    /** Waits until the node counts as silent, and sees that nobody is sent to what it held. */
    void awaitNotPicked(Set<Chunk> held) {
        await().until(() -> scene.router().holder(A).path("liveness").asText().equals("not-picked"));
        oracle.assertNonePicked(A, held.stream().limit(100).collect(Collectors.toSet()));
    }

    /** Ends the traffic, waits for the truth, and says how it went. */
    void finish(String name, Traffic traffic, long healedNanos) {
        traffic.end();
        oracle.awaitTruth();
        var took = Duration.ofNanos(System.nanoTime() - healedNanos);
        System.out.printf("outage: %-22s %s, truth after %.1f s%n", name, traffic.counts(), took.toMillis() / 1e3);
        assertThat(traffic.counts().wrong.sum()).as("wrong values").isZero();
    }
}
