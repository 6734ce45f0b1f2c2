package dev.kvcachepool.cachenode.pool;

import static dev.kvcachepool.cachenode.pool.PoolFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.wire.NodeState;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Nodes that had values before they knew of one another, as after a restart under other ids. */
class HomingTest {
    private static final int KEYS = 40;

    @Test
    void whatLivesElsewhereIsTakenByItsHome() throws Exception {
        try (var fixture = new PoolFixture(16)) {
            // Given
            var first = alone(fixture);
            var second = alone(fixture);
            try (var one = first.client();
                    var two = second.client()) {
                for (int key = 0; key < KEYS; key++) {
                    one.set("a" + key, "of one");
                    two.set("b" + key, "of two");
                }
                one.set("both", "of one");
                two.set("both", "of two");
                // When
                fixture.tellAll();
                for (var node : List.of(first, second)) {
                    new Homing(node.store, node.pool)
                            .offer(System.nanoTime() + Duration.ofSeconds(30).toNanos());
                }
                // Then
                for (int key = 0; key < KEYS; key++) {
                    assertThat(two.get("a" + key)).isEqualTo("of one");
                    assertThat(one.get("b" + key)).isEqualTo("of two");
                }
                var home = fixture.homeOf("both");
                assertThat(one.get("both")).isEqualTo(home.equals(first) ? "of one" : "of two");
                assertThat(IntStream.range(0, KEYS).mapToObj(key -> "a" + key))
                        .allSatisfy(key -> assertThat(first.store.length(bytes(key)) >= 0)
                                .isEqualTo(fixture.homeOf(key).equals(first)));
            }
        }
    }

    /** A node that serves and knows itself only. */
    private static PoolFixture.Node alone(PoolFixture fixture) {
        var node = fixture.start();
        node.placement.adopt(List.of(node.member(NodeState.SERVING)));
        fixture.member(node, NodeState.SERVING);
        return node;
    }
}
