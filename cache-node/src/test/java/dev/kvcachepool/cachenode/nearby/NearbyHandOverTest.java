package dev.kvcachepool.cachenode.nearby;

import static dev.kvcachepool.cachenode.nearby.NearbyFixture.MIB;
import static dev.kvcachepool.cachenode.nearby.NearbyFixture.bytes;
import static dev.kvcachepool.cachenode.nearby.NearbyFixture.content;
import static dev.kvcachepool.cachenode.nearby.NearbyFixture.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.cachenode.peer.FakePeer;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** A node that drains leaves what it holds with the others, as far as they have room. */
class NearbyHandOverTest {
    private static final Duration ENOUGH = Duration.ofSeconds(60);

    @Test
    void valuesAreSpreadOverTheNodesThatServe() throws InterruptedException {
        try (var fixture = new NearbyFixture(CopyPolicy.NEVER)) {
            // Given
            var leaving = fixture.start(32);
            var others = IntStream.range(0, 3).mapToObj(i -> fixture.start(32)).toList();
            try (var client = leaving.client()) {
                for (int i = 0; i < 24; i++) {
                    client.set(bytes(key(i)), content(i, MIB));
                }
                client.set("no engine's", "value");
            }
            fixture.join(leaving.member(NodeState.DRAINING));
            // When
            new NearbyHandOver(leaving.store, leaving.nearby).run(ENOUGH);
            // Then
            assertThat(leaving.nearby.counters().handedOver()).isEqualTo(24);
            assertThat(leaving.nearby.counters().notHandedOver()).isZero();
            for (int i = 0; i < 24; i++) {
                var name = key(i);
                var holders = others.stream().filter(node -> node.holds(name)).toList();
                assertThat(holders).hasSize(1);
                try (var client = holders.getFirst().client()) {
                    assertThat(client.get(bytes(name))).isEqualTo(content(i, MIB));
                }
            }
            assertThat(others).allSatisfy(node -> assertThat(node.store.keys()).isPositive());
            assertThat(others).noneMatch(node -> node.holds("no engine's"));
        }
    }

    @Test
    void whatIsLeasedGoesFirstAndNothingHasToGoForItElsewhere() throws InterruptedException {
        try (var fixture = new NearbyFixture(CopyPolicy.NEVER)) {
            // Given: a receiver with room for little, and its own values
            var leaving = fixture.start(64);
            var other = fixture.start(16);
            try (var client = leaving.client();
                    var there = other.client()) {
                for (int i = 0; i < 40; i++) {
                    client.set(bytes(key(i)), content(i, MIB));
                }
                for (int i = 100; i < 110; i++) {
                    there.set(bytes(key(i)), content(i, MIB));
                }
                assertThat(client.exists(key(3))).isTrue();
            }
            fixture.join(leaving.member(NodeState.DRAINING));
            // When: one by one, as several at a time may overtake each other
            new NearbyHandOver(leaving.store, leaving.nearby, 1).run(ENOUGH);
            // Then
            assertThat(other.holds(key(3))).isTrue();
            assertThat(other.holds(key(0))).isFalse();
            for (int i = 100; i < 110; i++) {
                assertThat(other.holds(key(i))).isTrue();
            }
            long taken = other.nearby.counters().taken();
            assertThat(taken)
                    .isBetween(1L, 6L)
                    .isEqualTo(leaving.nearby.counters().handedOver());
            assertThat(leaving.nearby.counters().notHandedOver()).isEqualTo(40 - taken);
        }
    }

    @Test
    void aNodeThatDrainsItselfTakesNothing() throws InterruptedException {
        try (var fixture = new NearbyFixture(CopyPolicy.NEVER)) {
            // Given: two nodes that drain at a time, of which one has not heard of the other's
            var leaving = fixture.start(16);
            var other = fixture.start(16);
            try (var client = leaving.client()) {
                client.set(key(1), "value");
            }
            other.placement.adopt(List.of(leaving.member(NodeState.DRAINING), other.member(NodeState.DRAINING)));
            // When
            new NearbyHandOver(leaving.store, leaving.nearby).run(ENOUGH);
            // Then
            assertThat(other.holds(key(1))).isFalse();
            assertThat(leaving.nearby.counters().notHandedOver()).isEqualTo(1);
        }
    }

    @Test
    void aReceiverThatCanNotJustNowIsOfferedTheSameAgainAndIsNotFull() throws Exception {
        var answers = new AtomicInteger();
        try (var fixture = new NearbyFixture(CopyPolicy.NEVER);
                var receiver = new FakePeer(
                        out -> out.write(FakePeer.bytes(answers.incrementAndGet() <= 20 ? ":-1\r\n" : ":1\r\n")))) {
            // Given
            var leaving = leavingWith(fixture, 12, receiver);
            // When
            new NearbyHandOver(leaving.store, leaving.nearby).run(ENOUGH);
            // Then
            assertThat(leaving.nearby.counters().handedOver()).isEqualTo(12);
            assertThat(receiver.asked).hasValue(32);
        }
    }

    @Test
    void whileTheReceiversRestAfterAFailureTheOffersWait() throws Exception {
        var answers = new AtomicInteger();
        try (var fixture = new NearbyFixture(CopyPolicy.NEVER);
                var receiver = new FakePeer(out -> {
                    if (answers.incrementAndGet() == 1) {
                        throw new IOException("a moment of trouble");
                    }
                    out.write(FakePeer.bytes(":1\r\n"));
                })) {
            // Given
            var leaving = leavingWith(fixture, 12, receiver);
            // When
            new NearbyHandOver(leaving.store, leaving.nearby).run(ENOUGH);
            // Then
            assertThat(leaving.nearby.counters().handedOver()).isEqualTo(12);
        }
    }

    private static NearbyFixture.Node leavingWith(NearbyFixture fixture, int keys, FakePeer receiver) {
        var leaving = fixture.start(16);
        fixture.join(receiver.member());
        try (var client = leaving.client()) {
            for (int i = 0; i < keys; i++) {
                client.set(bytes(key(i)), content(i, 1000));
            }
        }
        fixture.join(leaving.member(NodeState.DRAINING));
        return leaving;
    }

    @Test
    void whatIsTakenOverMayBeLaterThanWhatAClientWaitsFor() throws Exception {
        var value = content(1, 1000);
        try (var fixture = new NearbyFixture(CopyPolicy.NEVER, Duration.ofMillis(20));
                var leaving = new FakePeer(out -> {
                    Thread.sleep(700);
                    out.write(FakePeer.fetched(value, value.length, FakePeer.crc(value)));
                })) {
            // Given
            var receiver = fixture.start(16);
            fixture.join(leaving.member());
            try (var client = receiver.client()) {
                // When, Then
                assertThat(take(client, key(1))).isEqualTo(1L);
                assertThat(client.get(bytes(key(1)))).isEqualTo(value);
            }
        }
    }

    @Test
    void whatCanNotBeFetchedJustNowIsNotRefused() throws Exception {
        try (var fixture = new NearbyFixture(CopyPolicy.NEVER);
                var leaving = new FakePeer(out -> {
                    throw new IOException("a moment of trouble");
                })) {
            // Given
            var receiver = fixture.start(16);
            fixture.join(leaving.member());
            try (var client = receiver.client()) {
                // When, Then: the second time as the first has just failed
                assertThat(take(client, key(1))).isEqualTo(-1L);
                assertThat(take(client, key(1))).isEqualTo(-1L);
                assertThat(leaving.asked).hasValue(1);
            }
        }
    }

    private static Object take(Jedis client, String key) {
        assertThat(client.sendCommand(() -> bytes("KVP.PEER"), "fake", "LOCAL", "0"))
                .isEqualTo(bytes("OK"));
        return client.sendCommand(() -> bytes("KVP.TAKE"), key);
    }

    @Test
    void aNodeThatIsAloneJustEnds() throws InterruptedException {
        try (var fixture = new NearbyFixture(CopyPolicy.NEVER)) {
            // Given
            var leaving = fixture.start(16);
            try (var client = leaving.client()) {
                client.set(key(1), "value");
            }
            fixture.join(leaving.member(NodeState.DRAINING));
            // When
            new NearbyHandOver(leaving.store, leaving.nearby).run(ENOUGH);
            // Then
            assertThat(leaving.nearby.counters().handedOver()).isZero();
        }
    }
}
