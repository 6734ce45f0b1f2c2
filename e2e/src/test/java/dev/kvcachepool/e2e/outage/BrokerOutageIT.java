package dev.kvcachepool.e2e.outage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The broker, its disk and its topics fail. */
class BrokerOutageIT extends UnderLoad {
    private final Topics topics = new Topics(scene);

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
    @Tag("long")
    void theBrokerIsAwayForAMinute() {
        // Given
        try (var traffic = scene.traffic()) {
            awaitStores(traffic, 200);

            // When
            scene.broker().stop();
            awaitTime(Duration.ofMinutes(1));
            long healed = System.nanoTime();
            scene.broker().start();

            // Then
            finish("broker away a minute", traffic, healed);
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
            traffic.end();
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
            traffic.end();
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
    void theBlocksTopicAloneIsMadeAnew() throws Exception {
        // Given
        try (var traffic = scene.traffic()) {
            awaitStores(traffic, 200);
            var before = scene.incarnations();

            // When
            topics.delete(List.of(scene.topics().blocks()));
            long healed = System.nanoTime();
            topics.create(6);
            awaitLaterThan(before);

            // Then
            finish("blocks topic made anew", traffic, healed);
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
}
