package dev.kvcachepool.cachenode.pool;

import static dev.kvcachepool.cachenode.pool.PoolFixture.bytes;
import static dev.kvcachepool.cachenode.pool.PoolFixture.content;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.cachenode.placement.Member;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Peers that are away or hang are misses and dropped writes, soon. */
class PeerFailureTest {
    private static final Duration DEADLINE = Duration.ofSeconds(3);

    @Test
    void aPeerThatIsKilledIsAMissAndADroppedWriteAndNeverAnError() {
        try (var fixture = PoolFixture.settled(2, 16)) {
            // Given
            var killed = fixture.nodes.get(1);
            var key = fixture.keyAt(killed, "k");
            try (var client = fixture.nodes.get(0).client()) {
                client.set(bytes(key), content(1, 1, 3 << 20));
                // When
                killed.close();
                // Then
                assertThat(client.get(key)).isNull();
                assertThat(client.set(bytes(key), content(1, 2, 3 << 20))).isEqualTo("OK");
                assertThat(client.exists(key)).isFalse();
                assertThat(client.del(key)).isZero();
                assertThat(client.mget(key, key)).containsExactly(null, null);
                assertThat(client.dbSize()).isZero();
                assertThat(client.flushAll()).isEqualTo("OK");
                var counters = fixture.nodes.get(0).peers.counters();
                assertThat(counters.errors()).isPositive();
                assertThat(counters.skipped()).isPositive();
            }
        }
    }

    @Test
    void aPeerThatAcceptsAndNeverAnswersHoldsUpOneRequestForItsDeadlineAndTheNextNotAtAll() throws IOException {
        try (var hung = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var fixture = PoolFixture.settled(1, 16)) {
            // Given
            var stranger = new Member(new HolderId("hung"), 1, NodeState.SERVING, "127.0.0.1", hung.getLocalPort());
            fixture.stranger(stranger);
            fixture.tellAll();
            fixture.settle();
            var node = fixture.nodes.getFirst();
            var key = keyAwayFrom(node);
            try (var client = node.client()) {
                // When
                long start = System.nanoTime();
                assertThat(client.get(key)).isNull();
                var first = Duration.ofNanos(System.nanoTime() - start);
                start = System.nanoTime();
                for (int i = 0; i < 50; i++) {
                    assertThat(client.set(bytes(key), content(1, i, 1 << 20))).isEqualTo("OK");
                    assertThat(client.get(key)).isNull();
                }
                var next = Duration.ofNanos(System.nanoTime() - start);
                // Then
                assertThat(first).isLessThan(DEADLINE);
                assertThat(next).isLessThan(DEADLINE);
                assertThat(client.set("here" + mine(node), "v")).isEqualTo("OK");
                assertThat(client.get("here" + mine(node))).isEqualTo("v");
            }
        }
    }

    @Test
    void whatAPeerMissedWhileItWasAwayIsRemovedThereBeforeItIsAskedAgain() throws Exception {
        try (var fixture = PoolFixture.settled(2, 16)) {
            // Given: the far node is behind a port that can be shut
            var near = fixture.nodes.get(0);
            var far = fixture.nodes.get(1);
            try (var gate = new Gate(far.server.port())) {
                fixture.stranger(new Member(far.id, 1, NodeState.SERVING, "127.0.0.1", gate.port()));
                fixture.tellAll();
                fixture.settle();
                var key = fixture.keyAt(far, "k");
                try (var client = near.client()) {
                    client.set(key, "old");
                    assertThat(client.get(key)).isEqualTo("old");
                    // When
                    gate.shut();
                    assertThat(client.set(key, "new")).isEqualTo("OK");
                    assertThat(far.holds(key)).isTrue();
                    gate.open();
                    // Then
                    Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> {
                        assertThat(client.get(key)).isNull();
                        return !far.holds(key);
                    });
                    client.set(key, "newer");
                    assertThat(client.get(key)).isEqualTo("newer");
                }
            }
        }
    }

    private static String keyAwayFrom(PoolFixture.Node node) {
        for (int i = 0; ; i++) {
            if (!node.placement.route(bytes("k" + i)).here()) {
                return "k" + i;
            }
        }
    }

    private static int mine(PoolFixture.Node node) {
        for (int i = 0; ; i++) {
            if (node.placement.route(bytes("here" + i)).here()) {
                return i;
            }
        }
    }
}
