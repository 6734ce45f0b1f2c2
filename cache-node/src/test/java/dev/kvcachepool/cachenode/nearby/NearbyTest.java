package dev.kvcachepool.cachenode.nearby;

import static dev.kvcachepool.cachenode.nearby.NearbyFixture.MIB;
import static dev.kvcachepool.cachenode.nearby.NearbyFixture.bytes;
import static dev.kvcachepool.cachenode.nearby.NearbyFixture.content;
import static dev.kvcachepool.cachenode.nearby.NearbyFixture.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvcachepool.cachenode.nearby.NearbyCounters.Source;
import dev.kvcachepool.cachenode.peer.FakePeer;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.SetParams;
import redis.clients.jedis.util.SafeEncoder;

/** What a node does not hold is read from one that does. */
class NearbyTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5000, 3 * MIB + 17, 20 * MIB})
    void aMissIsReadFromTheNodeThatHoldsTheValue(int size) {
        try (var fixture = new NearbyFixture(CopyPolicy.NEVER)) {
            // Given
            var near = fixture.start(64);
            var far = fixture.start(64);
            fixture.holders.add(far.member(NodeState.SERVING));
            try (var there = far.client();
                    var here = near.client()) {
                there.set(bytes(key(1)), content(1, size));
                // When
                var read = here.get(bytes(key(1)));
                // Then
                assertThat(read).isEqualTo(content(1, size));
                assertThat(here.get(key(2))).isNull();
                assertThat(near.holds(key(1))).isFalse();
                var counters = near.nearby.counters();
                assertThat(counters.reads(Source.PEER)).isEqualTo(1);
                assertThat(counters.reads(Source.NONE)).isEqualTo(1);
                assertThat(counters.stale()).isEqualTo(1);
                assertThat(counters.bytes()).isEqualTo(size);
                assertThat(near.nearby.transfers()).isZero();
                Awaitility.await().until(() -> near.nearby.bytesInFlight() == 0 && near.store.usedBytes() == 0);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(CopyPolicy.class)
    void whatHasComeIsKeptAsThePolicySays(CopyPolicy policy) {
        try (var fixture = new NearbyFixture(policy)) {
            // Given
            var near = fixture.start(16);
            var far = fixture.start(16);
            fixture.holders.add(far.member(NodeState.SERVING));
            try (var there = far.client();
                    var here = near.client()) {
                there.set(bytes(key(1)), content(1, MIB), SetParams.setParams().px(600_000));
                // When
                var keptAfter = new ArrayList<Boolean>();
                for (int i = 0; i < 3; i++) {
                    assertThat(here.get(bytes(key(1)))).isEqualTo(content(1, MIB));
                    keptAfter.add(near.holds(key(1)));
                }
                // Then
                switch (policy) {
                    case NEVER -> assertThat(keptAfter).containsExactly(false, false, false);
                    case SECOND_USE -> assertThat(keptAfter).containsExactly(false, true, true);
                    case ALWAYS -> assertThat(keptAfter).containsExactly(true, true, true);
                }
                if (policy != CopyPolicy.NEVER) {
                    assertThat(here.pttl(key(1))).isBetween(1L, 600_000L);
                    // A removal here is one here, and there it is one there.
                    assertThat(there.del(key(1))).isEqualTo(1);
                    assertThat(here.get(bytes(key(1)))).isEqualTo(content(1, MIB));
                }
            }
        }
    }

    @Test
    void existsSaysOneOnlyWhereTheHolderHasLeasedTheChunk() {
        try (var fixture = new NearbyFixture(CopyPolicy.NEVER)) {
            // Given
            var near = fixture.start(16);
            var far = fixture.start(16);
            fixture.holders.add(far.member(NodeState.SERVING));
            try (var there = far.client();
                    var here = near.client()) {
                there.set(bytes(key(1)), content(1, MIB));
                assertThat(far.store.tier().leasedBytes()).isZero();
                // When
                assertThat(here.exists(key(1))).isTrue();
                // Then
                assertThat(far.store.tier().leasedBytes()).isEqualTo(MIB);
                assertThat(here.exists(key(2))).isFalse();
                assertThat(near.nearby.counters().lookups(Source.PEER)).isEqualTo(1);
                assertThat(near.nearby.counters().lookups(Source.NONE)).isEqualTo(1);
                // And the lease ends as it does for the holder's own clients
                assertThat(here.get(bytes(key(1)))).hasSize(MIB);
                assertThat(far.store.tier().leasedBytes()).isZero();
            }
        }
    }

    @Test
    void aHolderThatHasEvictedIsPassedOverForTheNextAndNoMoreThanTwoAreAsked() {
        try (var fixture = new NearbyFixture(CopyPolicy.NEVER)) {
            // Given: four nodes said to hold everything, of which the second holds one key and the third another
            var near = fixture.start(16);
            for (int i = 0; i < 3; i++) {
                fixture.holders.add(fixture.start(16).member(NodeState.SERVING));
            }
            try (var second = fixture.nodes.get(2).client();
                    var third = fixture.nodes.get(3).client();
                    var here = near.client()) {
                second.set(key(1), "of the second");
                third.set(key(2), "of the third");
                // When, Then
                assertThat(here.get(key(1))).isEqualTo("of the second");
                assertThat(near.nearby.counters().stale()).isEqualTo(1);
                assertThat(here.get(key(2))).isNull();
                assertThat(near.nearby.counters().stale()).isEqualTo(3);
                assertThat(here.exists(key(2))).isFalse();
                assertThat(fixture.nodes.get(3).commands("kvp.fetch")).isZero();
            }
        }
    }

    @Test
    void whatNobodyAdvertisesIsNeverLookedUp() {
        try (var fixture = new NearbyFixture(CopyPolicy.NEVER)) {
            // Given
            var near = fixture.start(16);
            fixture.holders.add(fixture.start(16).member(NodeState.SERVING));
            try (var here = near.client()) {
                // When
                assertThat(here.get("any key")).isNull();
                assertThat(here.exists("other@01000100@0@%064d".formatted(1))).isFalse();
                // Then
                assertThat(fixture.lookups).hasValue(0);
            }
        }
    }

    @Test
    void nodesThatBelieveEachOtherToHoldAValueDoNotGoRound() {
        try (var fixture = new NearbyFixture(CopyPolicy.ALWAYS)) {
            // Given
            for (int i = 0; i < 3; i++) {
                fixture.start(16);
            }
            fixture.nodes.forEach(node -> fixture.holders.add(node.member(NodeState.SERVING)));
            try (var client = fixture.nodes.get(0).client()) {
                // When
                assertThat(client.get(key(1))).isNull();
                assertThat(client.exists(key(1))).isFalse();
                // Then
                assertThat(fixture.lookups).hasValue(2);
                for (var node : fixture.nodes.subList(1, 3)) {
                    assertThat(node.commands("kvp.fetch")).isEqualTo(1);
                    assertThat(node.commands("exists")).isEqualTo(1);
                }
                assertThat(fixture.nodes.get(0).commands("kvp.fetch")).isZero();
            }
        }
    }

    @Test
    void manyWhoMissOneKeyAtATimeShareOneTransfer() throws Exception {
        var value = content(1, 3 * MIB);
        var mayEnd = new CountDownLatch(1);
        try (var fixture = new NearbyFixture(CopyPolicy.NEVER, Duration.ofMinutes(1));
                var fake = new FakePeer(out -> {
                    var answer = FakePeer.fetched(value, value.length, FakePeer.crc(value));
                    out.write(answer, 0, MIB);
                    out.flush();
                    mayEnd.await();
                    out.write(answer, MIB, answer.length - MIB);
                });
                var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            // Given
            var near = fixture.start(32);
            fixture.join(fake.member());
            fixture.holders.add(fake.member());
            // When
            var reads = new ArrayList<Future<byte[]>>();
            for (int i = 0; i < 12; i++) {
                reads.add(clients.submit(() -> {
                    try (var client = near.client()) {
                        return client.get(bytes(key(1)));
                    }
                }));
            }
            Awaitility.await().until(() -> near.nearby.counters().joined() == 11);
            assertThat(near.nearby.transfers()).isEqualTo(1);
            assertThat(near.nearby.bytesInFlight()).isEqualTo(value.length);
            mayEnd.countDown();
            // Then
            for (var read : reads) {
                assertThat(read.get()).isEqualTo(value);
            }
            assertThat(fake.asked).hasValue(1);
            Awaitility.await().until(() -> near.store.usedBytes() == 0);
        }
    }

    @Test
    void whatHasComeIsInFlightUntilTheLastClientHasIt() throws IOException {
        try (var fixture = new NearbyFixture(CopyPolicy.NEVER)) {
            // Given
            var near = fixture.start(64);
            var far = fixture.start(64);
            fixture.holders.add(far.member(NodeState.SERVING));
            var name = key(1);
            try (var there = far.client();
                    var slow = new Socket()) {
                there.set(bytes(name), content(1, 20 * MIB));
                slow.setReceiveBufferSize(64 << 10);
                slow.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), near.server.port()));
                // When: a client asks and does not read
                slow.getOutputStream().write(bytes("*2\r\n$3\r\nGET\r\n$" + name.length() + "\r\n" + name + "\r\n"));
                Awaitility.await()
                        .until(() -> near.nearby.counters().bytes() == 20 * MIB && near.nearby.transfers() == 0);
                // Then
                assertThat(near.nearby.bytesInFlight()).isPositive();
            }
            Awaitility.await().until(() -> near.nearby.bytesInFlight() == 0 && near.store.usedBytes() == 0);
        }
    }

    @Test
    void onlyAPeerThatHasGreetedGetsAValueWithItsChecksum() {
        try (var fixture = new NearbyFixture(CopyPolicy.NEVER)) {
            // Given
            var node = fixture.start(16);
            try (var client = node.client()) {
                client.set(key(1), "value");
                // When, Then
                assertThatThrownBy(() -> send(client, "KVP.FETCH", key(1)))
                        .isInstanceOf(JedisDataException.class)
                        .hasMessageContaining("after KVP.PEER");
                assertThat(send(client, "KVP.PEER", "someone", "LOCAL", "0")).isEqualTo(bytes("OK"));
                assertThat(send(client, "KVP.FETCH", key(1))).isInstanceOfSatisfying(List.class, answer -> {
                    assertThat(answer.get(0)).isEqualTo(-1L);
                    assertThat((byte[]) answer.get(1)).isEqualTo(bytes("value"));
                    assertThat(answer.get(2)).isEqualTo(FakePeer.crc(bytes("value")));
                });
                assertThat(send(client, "KVP.FETCH", key(2))).isNull();
                assertThat(send(client, "KVP.PEER", "someone", "HOME", "0")).isEqualTo(bytes("OK"));
                assertThatThrownBy(() -> send(client, "KVP.FETCH", key(1)))
                        .isInstanceOf(JedisDataException.class)
                        .hasMessageContaining("LOCAL");
            }
        }
    }

    private static Object send(Jedis client, String command, String... words) {
        var arguments = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            arguments[i] = words[i].getBytes(StandardCharsets.UTF_8);
        }
        return client.sendCommand(() -> SafeEncoder.encode(command), arguments);
    }
}
