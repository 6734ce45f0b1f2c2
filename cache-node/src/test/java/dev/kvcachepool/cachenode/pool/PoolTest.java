package dev.kvcachepool.cachenode.pool;

import static dev.kvcachepool.cachenode.pool.PoolFixture.bytes;
import static dev.kvcachepool.cachenode.pool.PoolFixture.content;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvcachepool.cachenode.access.Access;
import dev.kvcachepool.cachenode.access.AccessFiles;
import dev.kvcachepool.cachenode.peer.PeerCounters.Outcome;
import dev.kvcachepool.cachenode.peer.PeerCounters.Question;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.params.SetParams;

/** Any node takes any request of a pool. */
class PoolTest {

    @Test
    void whatIsWrittenThroughOneNodeIsReadThroughAnyAndLiesAtItsHomeOnly() {
        try (var fixture = PoolFixture.settled(3, 16);
                var one = fixture.nodes.get(0).client();
                var two = fixture.nodes.get(1).client();
                var three = fixture.nodes.get(2).client()) {
            for (int size : new int[] {0, 1, 8, 4096, 256 << 10, (256 << 10) + 8, 3 << 20}) {
                var key = "k" + size;
                // When
                one.set(bytes(key), content(7, size, size));
                // Then
                for (var client : List.of(one, two, three)) {
                    assertThat(client.get(bytes(key))).isEqualTo(content(7, size, size));
                    assertThat(client.strlen(key)).isEqualTo(size);
                }
                assertThat(fixture.nodes.stream().filter(node -> node.holds(key)))
                        .containsExactly(fixture.homeOf(key));
            }
        }
    }

    @Test
    void everyCommandMeansThePool() {
        try (var fixture = PoolFixture.settled(3, 16);
                var one = fixture.nodes.get(0).client();
                var two = fixture.nodes.get(1).client()) {
            // Given
            var keys = new ArrayList<String>();
            for (int i = 0; i < 30; i++) {
                keys.add("key" + i);
                one.mset("key" + i, "value" + i);
            }
            // When / Then
            assertThat(two.mget("key7", "none", "key3")).containsExactly("value7", null, "value3");
            assertThat(two.exists("key1", "key2", "none")).isEqualTo(2);
            assertThat(two.dbSize()).isEqualTo(30);
            assertThat(two.keys("key*")).containsExactlyInAnyOrderElementsOf(keys);
            assertThat(scanAll(one, two)).containsExactlyInAnyOrderElementsOf(keys);
            assertThat(two.set("key1", "other", SetParams.setParams().nx())).isNull();
            assertThat(two.set("key1", "other", SetParams.setParams().xx().ex(100)))
                    .isEqualTo("OK");
            assertThat(one.get("key1")).isEqualTo("other");
            assertThat(one.ttl("key1")).isBetween(98L, 100L);
            assertThat(one.persist("key1")).isEqualTo(1);
            assertThat(two.ttl("key1")).isEqualTo(-1);
            assertThat(two.expire("key1", 50)).isEqualTo(1);
            assertThat(one.ttl("key1")).isBetween(48L, 50L);
            assertThat(two.ttl("none")).isEqualTo(-2);
            assertThat(two.type("key2")).isEqualTo("string");
            assertThat(two.del("key1", "key2", "none")).isEqualTo(2);
            assertThat(one.get("key2")).isNull();
            assertThat(two.flushAll()).isEqualTo("OK");
            assertThat(one.dbSize()).isZero();
        }
    }

    private static Set<String> scanAll(Jedis... clients) {
        var found = new HashSet<String>();
        var cursor = "0";
        int calls = 0;
        do {
            var page = clients[calls++ % clients.length].scan(cursor, new ScanParams().count(7));
            found.addAll(page.getResult());
            cursor = page.getCursor();
        } while (!cursor.equals("0"));
        return found;
    }

    @Test
    void aLeaseIsTakenAndEndedAtTheHomeThroughWhicheverNodes() {
        try (var fixture = PoolFixture.settled(3, 16)) {
            // Given
            var home = fixture.nodes.get(0);
            var key = fixture.keyAt(home, "leased");
            try (var one = fixture.nodes.get(1).client();
                    var two = fixture.nodes.get(2).client()) {
                one.set(bytes(key), content(1, 1, 1 << 20));
                // When
                assertThat(one.exists(key)).isTrue();
                // Then
                assertThat(home.store.tier().leasedBytes()).isEqualTo(1 << 20);
                // When
                assertThat(two.get(bytes(key))).hasSize(1 << 20);
                // Then
                assertThat(home.store.tier().leasedBytes()).isZero();
            }
        }
    }

    @Test
    void peersGiveThePoolsPassword() {
        try (var fixture = new PoolFixture(8, node -> Access.password("secret"))) {
            fixture.grow(2);
            var key = fixture.keyAt(fixture.nodes.get(0), "k");
            try (var client = fixture.nodes.get(1).client()) {
                // When
                client.set(key, "value");
                // Then
                assertThat(client.get(key)).isEqualTo("value");
                assertThat(fixture.nodes.get(0).holds(key)).isTrue();
            }
        }
    }

    @Test
    void nodesThatHaveReadTheNewPasswordAndThoseThatHaveNotLetOneAnotherIn(@TempDir Path folder) throws IOException {
        // Given two nodes of a pool with users, of which one has read the next password
        var files = new ArrayList<AccessFiles>();
        for (int node = 0; node < 2; node++) {
            var own = Files.createDirectory(folder.resolve("node-" + node));
            files.add(new AccessFiles(
                    own, "users: [{name: a, passwords: [password], allSalts: true}]", "the old password\n"));
        }
        files.getFirst().pool("the new password\nthe old password\n");
        try (var fixture = new PoolFixture(8, node -> files.get(node).access())) {
            fixture.grow(2);
            for (int from = 0; from < 2; from++) {
                var key = fixture.keyAt(fixture.nodes.get(1 - from), "k");
                try (var client = fixture.nodes.get(from).client()) {
                    // When
                    client.set(key, "value");
                    // Then
                    assertThat(client.get(key)).isEqualTo("value");
                    assertThat(fixture.nodes.get(1 - from).holds(key)).isTrue();
                }
            }
        }
    }

    @Test
    void aNodeThatJoinsFindsWhatLayElsewhereAndNothingRemovedComesBack() {
        try (var fixture = PoolFixture.settled(2, 16)) {
            // Given
            var before = new ArrayList<String>();
            try (var client = fixture.nodes.get(0).client()) {
                for (int i = 0; i < 60; i++) {
                    client.set("k" + i, "old" + i, SetParams.setParams().ex(1000));
                    before.add("k" + i);
                }
            }
            // When
            var joined = fixture.start();
            fixture.member(joined, NodeState.SERVING);
            fixture.tellAll();
            // Then
            try (var one = fixture.nodes.get(0).client();
                    var three = joined.client()) {
                for (int i = 0; i < 20; i++) {
                    assertThat(one.get("k" + i)).isEqualTo("old" + i);
                    assertThat(three.ttl("k" + i)).isBetween(990L, 1000L);
                }
                for (int i = 20; i < 40; i++) {
                    assertThat(three.set("k" + i, "new" + i)).isEqualTo("OK");
                    assertThat(one.get("k" + i)).isEqualTo("new" + i);
                }
                for (int i = 40; i < 60; i++) {
                    assertThat(one.del("k" + i)).isEqualTo(1);
                    assertThat(three.exists("k" + i)).isFalse();
                }
                assertThat(one.dbSize()).isEqualTo(40);
            }
            for (var key : before) {
                assertThat(fixture.nodes.stream().filter(node -> node.holds(key) && !node.equals(fixture.homeOf(key))))
                        .as("copies of %s away from home", key)
                        .isEmpty();
            }
            assertThat(joined.pool.counters().moved()).isPositive();
        }
    }

    @Test
    void aDrainingNodeHandsOverAllItHasAndMissesNothing() throws InterruptedException {
        try (var fixture = PoolFixture.settled(3, 32)) {
            // Given
            var leaving = fixture.nodes.get(1);
            try (var client = fixture.nodes.get(0).client()) {
                for (int i = 0; i < 120; i++) {
                    client.set(bytes("k" + i), content(i, 1, 100_000));
                }
            }
            int held = leaving.store.keys();
            // When
            fixture.member(leaving, NodeState.DRAINING);
            fixture.tellAll();
            new HandOver(leaving.store, leaving.pool).run(Duration.ofSeconds(10));
            // Then
            assertThat(held).isPositive();
            assertThat(leaving.pool.counters().handedOver()).isEqualTo(held);
            assertThat(leaving.store.keys()).isZero();
            fixture.forget("node-1");
            leaving.close();
            fixture.nodes.remove(leaving);
            fixture.tellAll();
            try (var client = fixture.nodes.get(0).client()) {
                for (int i = 0; i < 120; i++) {
                    assertThat(client.get(bytes("k" + i))).isEqualTo(content(i, 1, 100_000));
                }
            }
        }
    }

    @Test
    void whatHomesRefuseWhileTheyKnowLessIsOfferedAgain() throws Exception {
        try (var fixture = PoolFixture.settled(3, 32)) {
            // Given a node that leaves, and others that are behind with the topic by more than they keep anybody
            // waiting
            var leaving = fixture.nodes.get(1);
            try (var client = fixture.nodes.get(0).client()) {
                for (int i = 0; i < 30; i++) {
                    client.set(bytes("k" + i), content(i, 1, 1000));
                }
            }
            int held = leaving.store.keys();
            fixture.member(leaving, NodeState.DRAINING);
            fixture.tell(leaving);
            var handOver = CompletableFuture.runAsync(() -> {
                try {
                    new HandOver(leaving.store, leaving.pool).run(Duration.ofSeconds(30));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            // When each key has been refused once, and they hear of it
            await().during(Duration.ofSeconds(1)).until(() -> !handOver.isDone());
            fixture.tellAll();
            handOver.get(30, TimeUnit.SECONDS);
            // Then
            assertThat(held).isPositive();
            assertThat(leaving.pool.counters().handedOver()).isEqualTo(held);
            assertThat(leaving.pool.counters().notHandedOver()).isZero();
        }
    }

    @Test
    void aFarewellThatComesLateIsWaitedForAndOneThatDoesNotIsCounted() throws Exception {
        try (var fixture = PoolFixture.settled(2, 32)) {
            // Given
            var leaving = fixture.nodes.get(1);
            try (var client = fixture.nodes.get(0).client()) {
                for (int i = 0; i < 30; i++) {
                    client.set(bytes("k" + i), content(i, 1, 1000));
                }
            }
            int held = leaving.store.keys();
            // When it never hears of its own farewell
            new HandOver(leaving.store, leaving.pool).run(Duration.ofMillis(100));
            // Then
            assertThat(leaving.pool.counters().notHandedOver()).isEqualTo(held).isPositive();
            // When it hears of it after four of twelve seconds
            fixture.member(leaving, NodeState.DRAINING);
            var tell = CompletableFuture.runAsync(
                    fixture::tellAll, CompletableFuture.delayedExecutor(4, TimeUnit.SECONDS));
            new HandOver(leaving.store, leaving.pool).run(Duration.ofSeconds(12));
            tell.get(30, TimeUnit.SECONDS);
            // Then
            assertThat(leaving.pool.counters().handedOver()).isEqualTo(held);
        }
    }

    @Test
    void whatNobodyAskedForIsPurgedBeforeTheOthersStopLooking() {
        try (var fixture = PoolFixture.settled(2, 16)) {
            // Given
            try (var client = fixture.nodes.get(0).client()) {
                for (int i = 0; i < 60; i++) {
                    client.set("k" + i, "old");
                }
            }
            var joined = fixture.start();
            fixture.member(joined, NodeState.SERVING);
            fixture.tellAll();
            // When
            fixture.nodes.forEach(
                    node -> node.nanos.addAndGet(Duration.ofMinutes(8).toNanos()));
            fixture.nodes.forEach(node -> node.pool.tidy());
            // Then
            long purged = fixture.nodes.stream()
                    .mapToLong(node -> node.pool.counters().purged())
                    .sum();
            assertThat(purged).isBetween(5L, 40L);
            try (var client = joined.client()) {
                assertThat(client.dbSize()).isEqualTo(60 - purged);
            }
        }
    }

    @Test
    void aNodeThatLearnsLaterAnswersWhoKnowsMoreOnceItKnowsToo() {
        try (var fixture = PoolFixture.settled(2, 16)) {
            // Given: the new node knows of itself, the others learn of it while they are asked
            var joined = fixture.start();
            fixture.member(joined, NodeState.SERVING);
            fixture.tell(joined);
            try (var client = joined.client();
                    var later = Executors.newSingleThreadScheduledExecutor()) {
                var _ = later.schedule(fixture::tellAll, 100, TimeUnit.MILLISECONDS);
                // When
                for (int i = 0; i < 20; i++) {
                    client.set("k" + i, "v");
                }
                // Then
                assertThat(client.dbSize()).isEqualTo(20);
                assertThat(joined.peers.counters().requests(Question.SET, Outcome.FAILED))
                        .isZero();
            }
        }
    }
}
