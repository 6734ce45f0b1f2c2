package dev.kvcachepool.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvcachepool.e2e.process.Program;
import dev.kvcachepool.prefixadvert.kafka.AdvertReader;
import dev.kvcachepool.prefixadvert.table.HolderView;
import dev.kvcachepool.prefixadvert.table.Liveness;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** What a cache-node holds and what the table says, with a real broker and real processes. */
class AdvertsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void theTableFollowsStoresDeletesEvictionAndFlush() {
        // Given a node with room for about 128 chunks of 256 KiB
        var pool = Fixture.newPool();
        try (var node = advertisingNode("a", Fixture.broker().address(), pool, "32Mi");
                var table = Fixture.reader(Fixture.broker(), pool);
                var jedis = Fixture.jedis(node)) {

            // When twice as many are stored
            store(jedis, 0, 256);

            // Then exactly the held ones are advertised
            await().atMost(PATIENCE).untilAsserted(() -> assertTableIsTruth(table, "a", jedis, 256));
            assertThat(table.index().pairs()).isBetween(64L, 128L);

            // When one is deleted, then its row goes
            var held = IntStream.range(0, 256)
                    .filter(number -> jedis.exists(Chunks.key(number)))
                    .findFirst()
                    .orElseThrow();
            jedis.del(Chunks.key(held));
            await().atMost(PATIENCE).until(() -> !Chunks.isAdvertised(table, "a", held));

            // When all is flushed, then no row is left
            jedis.flushAll();
            await().atMost(PATIENCE).until(() -> table.index().pairs() == 0);
        }
    }

    @Test
    void aBrokerThatWasAwayFindsTheTruth() {
        // Given a node that advertises to a broker of its own
        var pool = Fixture.newPool();
        try (var broker = Fixture.newBroker(Map.of());
                var node = advertisingNode("a", broker.address(), pool, "32Mi");
                var table = Fixture.reader(broker, pool);
                var jedis = Fixture.jedis(node)) {
            store(jedis, 0, 50);
            await().atMost(PATIENCE).untilAsserted(() -> assertTableIsTruth(table, "a", jedis, 50));

            // When 10,000 puts happen while the broker is away, far more than there is room for
            broker.stop();
            store(jedis, 50, 10_050);
            broker.start();

            // Then the table is what the node holds, and the node's own row goes on: it tells of the full tier
            await().atMost(PATIENCE).untilAsserted(() -> assertTableIsTruth(table, "a", jedis, 10_050));
            await().atMost(PATIENCE)
                    .until(() -> holder(table, "a").node().tiers().getFirst().usedBytes() > 24L << 20);
        }
    }

    @Test
    void noRowOfAnEarlierLifeIsPickedAfterTheNextOneWasRead() {
        // Given a node that died with rows in the table
        var pool = Fixture.newPool();
        try (var table = Fixture.reader(Fixture.broker(), pool)) {
            try (var node = advertisingNode("a", Fixture.broker().address(), pool, "32Mi");
                    var jedis = Fixture.jedis(node)) {
                store(jedis, 0, 50);
                await().atMost(PATIENCE).until(() -> table.index().pairs() == 50);
                node.kill();
            }
            var firstLife = holder(table, "a").node().incarnation();

            // When it is started again, empty
            try (var node = advertisingNode("a", Fixture.broker().address(), pool, "32Mi");
                    var jedis = Fixture.jedis(node)) {
                await().atMost(PATIENCE).until(() -> holder(table, "a").node().incarnation() > firstLife);

                // Then nothing of its earlier life is found, and its rows are erased from the log as well
                assertThat(IntStream.range(0, 50).filter(number -> Chunks.isAdvertised(table, "a", number)))
                        .isEmpty();
                store(jedis, 60, 70);
                await().atMost(PATIENCE).untilAsserted(() -> assertTableIsTruth(table, "a", jedis, 100));
                try (var fresh = Fixture.reader(Fixture.broker(), pool)) {
                    await().atMost(PATIENCE).until(fresh::ready);
                    await().atMost(PATIENCE).untilAsserted(() -> assertTableIsTruth(fresh, "a", jedis, 100));
                }
            }
        }
    }

    @Test
    void aZombieChangesNothing() {
        // Given a node, and a second process that takes over its name
        var pool = Fixture.newPool();
        try (var zombie = advertisingNode("a", Fixture.broker().address(), pool, "32Mi");
                var table = Fixture.reader(Fixture.broker(), pool);
                var zombieJedis = Fixture.jedis(zombie)) {
            store(zombieJedis, 0, 20);
            await().atMost(PATIENCE).until(() -> table.index().pairs() == 20);
            var firstLife = holder(table, "a").node().incarnation();
            try (var successor = advertisingNode("a", Fixture.broker().address(), pool, "32Mi");
                    var jedis = Fixture.jedis(successor)) {
                store(jedis, 100, 120);
                await().atMost(PATIENCE)
                        .until(() -> holder(table, "a").node().incarnation() > firstLife
                                && table.index().pairs() == 20);

                // When the zombie stores and deletes
                store(zombieJedis, 200, 230);
                zombieJedis.flushAll();
                store(jedis, 120, 130);

                // Then the table is the successor's truth
                await().atMost(PATIENCE).untilAsserted(() -> assertTableIsTruth(table, "a", jedis, 300));
                assertThat(table.index().pairs()).isEqualTo(30);
            }
        }
    }

    @Test
    void aCleanEndWithdrawsEverything() {
        // Given
        var pool = Fixture.newPool();
        try (var table = Fixture.reader(Fixture.broker(), pool);
                var node = advertisingNode("a", Fixture.broker().address(), pool, "32Mi")) {
            try (var jedis = Fixture.jedis(node)) {
                store(jedis, 0, 50);
            }
            await().atMost(PATIENCE).until(() -> table.index().pairs() == 50);

            // When
            var status = node.stop(Duration.ofSeconds(30));

            // Then
            assertThat(status).isZero();
            await().atMost(PATIENCE).until(() -> table.index().pairs() == 0);
            assertThat(holder(table, "a").liveness()).isEqualTo(Liveness.NOT_PICKED);
        }
    }

    @Test
    void aNodeServesWithoutItsBrokerAndAdvertisesOnceItIsThere() {
        // Given a broker that is not there yet
        var pool = Fixture.newPool();
        try (var broker = Fixture.newBroker(Map.of())) {
            broker.stop();
            try (var node = advertisingNode("a", broker.address(), pool, "32Mi");
                    var jedis = Fixture.jedis(node)) {

                // When the node is used meanwhile
                store(jedis, 0, 20);
                assertThat(jedis.get(Chunks.key(7))).isEqualTo(value(7));
                broker.start();

                // Then what it holds is advertised
                try (var table = Fixture.reader(broker, pool)) {
                    await().atMost(PATIENCE).untilAsserted(() -> assertTableIsTruth(table, "a", jedis, 20));
                }
            }
        }
    }

    private static Program advertisingNode(String id, String broker, String pool, String hostSize) {
        return Fixture.cacheNode(id, "--kafka", broker, "--pool", pool, "--host-size", hostSize, "--read-lease", "1s");
    }

    private static HolderView holder(AdvertReader table, String id) {
        await().atMost(PATIENCE).until(() -> table.holder(new HolderId(id)).isPresent());
        return table.holder(new HolderId(id)).orElseThrow();
    }

    private static void store(Jedis jedis, int from, int to) {
        for (int number = from; number < to; number++) {
            assertThat(jedis.set(Chunks.key(number), value(number))).isEqualTo("OK");
        }
    }

    private static byte[] value(int number) {
        return dev.kvcachepool.e2e.engine.BlockBytes.make(Chunks.hash(number), 256 << 10);
    }

    /** Asks the node for every chunk that it may hold, and the table likewise. */
    private static void assertTableIsTruth(AdvertReader table, String id, Jedis jedis, int chunks) {
        var held = IntStream.range(0, chunks)
                .filter(number -> jedis.strlen(Chunks.key(number)) > 0)
                .boxed()
                .toList();
        var advertised = IntStream.range(0, chunks)
                .filter(number -> Chunks.isAdvertised(table, id, number))
                .boxed()
                .toList();
        assertThat(advertised).isEqualTo(held);
        assertThat(table.index().pairs()).isEqualTo(held.size());
        assertThat(List.of(held.size())).isNotEqualTo(List.of(0));
    }
}
