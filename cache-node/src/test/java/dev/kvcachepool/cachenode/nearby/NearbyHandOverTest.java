package dev.kvcachepool.cachenode.nearby;

import static dev.kvcachepool.cachenode.nearby.NearbyFixture.MIB;
import static dev.kvcachepool.cachenode.nearby.NearbyFixture.bytes;
import static dev.kvcachepool.cachenode.nearby.NearbyFixture.content;
import static dev.kvcachepool.cachenode.nearby.NearbyFixture.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.wire.NodeState;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

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
