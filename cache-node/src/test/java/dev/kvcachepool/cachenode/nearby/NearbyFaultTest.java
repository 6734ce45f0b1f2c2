package dev.kvcachepool.cachenode.nearby;

import static dev.kvcachepool.cachenode.nearby.NearbyFixture.MIB;
import static dev.kvcachepool.cachenode.nearby.NearbyFixture.bytes;
import static dev.kvcachepool.cachenode.nearby.NearbyFixture.content;
import static dev.kvcachepool.cachenode.nearby.NearbyFixture.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.cachenode.nearby.NearbyCounters.Source;
import dev.kvcachepool.cachenode.peer.FakePeer;
import dev.kvcachepool.cachenode.placement.Member;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A peer that fails, lies, hangs or is gone is a miss, and soon nobody asks it any more. */
class NearbyFaultTest {
    private static final Duration TIMEOUT = Duration.ofMillis(200);
    /** For faults that are seen at once: a slow machine must not turn them into late answers. */
    private static final Duration LONG = Duration.ofSeconds(20);

    private static final int SIZE = 3 * MIB;
    private static final byte[] VALUE = content(7, SIZE);
    private static final long CRC = FakePeer.crc(VALUE);

    /** What a peer does wrong, and what that counts as. */
    record Fault(String name, FakePeer.Script script, ToLongFunction<NearbyCounters> counter) {
        Duration timeout() {
            return name.startsWith("silence") ? TIMEOUT : LONG;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Fault> faults() {
        return List.of(
                new Fault("a flipped bit", NearbyFaultTest::flipABit, NearbyCounters::wrong),
                new Fault("a wrong checksum", out -> write(out, VALUE, SIZE, 1 + CRC), NearbyCounters::wrong),
                new Fault("more than it says", out -> write(out, VALUE, SIZE - 1, CRC), NearbyCounters::wrong),
                new Fault("less than it says", out -> write(out, VALUE, SIZE + 1, CRC), NearbyCounters::wrong),
                new Fault("more than fits", out -> write(out, VALUE, 1L << 40, CRC), NearbyCounters::abandoned),
                new Fault("less than nothing", out -> write(out, VALUE, -5, CRC), NearbyCounters::failed),
                new Fault("an end in the middle", NearbyFaultTest::endInTheMiddle, NearbyCounters::failed),
                new Fault(
                        "silence in the middle",
                        out -> out.write(FakePeer.fetched(VALUE, SIZE, CRC), 0, MIB),
                        counters -> counters.late() + counters.failed()),
                new Fault("silence", out -> {}, NearbyCounters::late),
                new Fault("an end at once", out -> end(), NearbyCounters::failed),
                new Fault("an error", out -> out.write(FakePeer.bytes("-ERR no\r\n")), NearbyCounters::failed),
                new Fault("nonsense", out -> out.write(FakePeer.bytes("*7\r\n:1\r\n")), NearbyCounters::failed));
    }

    private static void flipABit(OutputStream out) throws IOException {
        var bytes = VALUE.clone();
        bytes[SIZE / 2] ^= 16;
        write(out, bytes, SIZE, CRC);
    }

    private static void endInTheMiddle(OutputStream out) throws IOException {
        out.write(FakePeer.fetched(VALUE, SIZE, CRC), 0, MIB);
        out.flush();
        end();
    }

    private static void end() throws IOException {
        throw new IOException("enough");
    }

    private static void write(OutputStream out, byte[] content, long size, long crc) throws IOException {
        out.write(FakePeer.fetched(content, size, crc));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aPeerThatFailsIsAMissOfWhichNothingIsLeft(Fault fault) throws IOException {
        try (var fixture = new NearbyFixture(CopyPolicy.ALWAYS, fault.timeout());
                var fake = new FakePeer(fault.script)) {
            // Given
            var near = fixture.start(32);
            fixture.join(fake.member());
            fixture.holders.add(fake.member());
            try (var here = near.client()) {
                // When
                var read = here.get(bytes(key(1)));
                // Then
                assertThat(read).isNull();
                assertThat(fault.counter.applyAsLong(near.nearby.counters())).isEqualTo(1);
                assertThat(near.nearby.counters().reads(Source.NONE)).isEqualTo(1);
                assertThat(near.holds(key(1))).isFalse();
                assertThat(near.store.usedBytes()).isZero();
                assertThat(near.nearby.bytesInFlight()).isZero();
                assertThat(here.ping()).isEqualTo("PONG");
            }
        }
    }

    @Test
    void aPeerWhoseValueWasWrongIsAvoidedAndAnotherIsAskedInItsPlace() throws IOException {
        try (var fixture = new NearbyFixture(CopyPolicy.NEVER);
                var fake = new FakePeer(NearbyFaultTest::flipABit)) {
            // Given
            var near = fixture.start(32);
            var far = fixture.start(32);
            fixture.join(fake.member());
            fixture.holders.add(fake.member());
            fixture.holders.add(far.member(NodeState.SERVING));
            try (var there = far.client();
                    var here = near.client()) {
                there.set(bytes(key(1)), VALUE);
                // When
                var first = here.get(bytes(key(1)));
                var second = here.get(bytes(key(1)));
                // Then
                assertThat(first).isEqualTo(VALUE);
                assertThat(second).isEqualTo(VALUE);
                assertThat(fake.asked).hasValue(1);
                assertThat(near.nearby.counters().wrong()).isEqualTo(1);
            }
        }
    }

    @Test
    void aPeerThatHangsCostsOneRequestItsTimeAndTheNextOnesNothing() throws IOException {
        try (var fixture = new NearbyFixture(CopyPolicy.NEVER, TIMEOUT);
                var hung = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            // Given
            var near = fixture.start(16);
            var member = new Member(new HolderId("hung"), 1, NodeState.SERVING, "127.0.0.1", hung.getLocalPort());
            fixture.join(member);
            fixture.holders.add(member);
            try (var here = near.client()) {
                // When
                assertThat(here.exists(key(1))).isFalse();
                for (int i = 0; i < 50; i++) {
                    assertThat(here.get(key(i))).isNull();
                }
                // Then: it is tried again after each rest, and not by every request
                assertThat(near.nearby.counters().late()).isBetween(1L, 10L);
                assertThat(near.peers.counters().errors()).isBetween(1L, 10L);
            }
        }
    }

    @Test
    void aPeerThatRefusesConnectionsIsAMiss() throws IOException {
        int port;
        try (var closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        try (var fixture = new NearbyFixture(CopyPolicy.NEVER)) {
            // Given
            var near = fixture.start(16);
            var member = new Member(new HolderId("away"), 1, NodeState.SERVING, "127.0.0.1", port);
            fixture.join(member);
            fixture.holders.add(member);
            try (var here = near.client()) {
                // When, Then
                assertThat(here.get(key(1))).isNull();
                assertThat(here.exists(key(1))).isFalse();
                assertThat(near.nearby.counters().failed()).isPositive();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"EXISTS", "KVP.MEXISTS", "MGET"})
    void aCommandOfManyKeysWaitsInVainOnceForAllOfThem(String command) throws IOException {
        try (var fixture = new NearbyFixture(CopyPolicy.NEVER, TIMEOUT);
                var hung = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            // Given: so many that hang that there are always some that do not rest
            var near = fixture.start(16);
            for (int i = 0; i < 40; i++) {
                var id = new HolderId("hung-" + i);
                var member = new Member(id, 1, NodeState.SERVING, "127.0.0.1", hung.getLocalPort());
                fixture.join(member);
                fixture.holders.add(member);
            }
            var keys = IntStream.range(0, 20).mapToObj(NearbyFixture::key).toArray(String[]::new);
            try (var here = near.client()) {
                // When
                var _ = here.sendCommand(() -> bytes(command), keys);
                // Then: two are asked for a key; what a wait left of its time by ending a little early goes to a few
                // more
                assertThat(near.nearby.counters().late()).isBetween(1L, keys.length / 2L);
            }
        }
    }

    @Test
    void aKeyOfACommandIsFoundAlthoughThoseBeforeItWereMisses() throws IOException {
        try (var fixture = new NearbyFixture(CopyPolicy.NEVER)) {
            // Given
            var near = fixture.start(16);
            var far = fixture.start(16);
            fixture.holders.add(far.member(NodeState.SERVING));
            try (var there = far.client();
                    var here = near.client()) {
                there.set(key(3), "value");
                // When, Then
                assertThat(here.mget(key(1), key(2), key(3))).containsExactly(null, null, "value");
                assertThat(here.exists(key(1), key(2), key(3))).isEqualTo(1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "RESET\r\n"})
    void aClientThatGoesAwayStopsTheTransferAndFreesWhatHadCome(String before) throws Exception {
        // Given: a peer that sends a value of 16 MiB for ever, a few bytes at a time
        try (var fixture = new NearbyFixture(CopyPolicy.ALWAYS, Duration.ofMinutes(10));
                var fake = new FakePeer(out -> {
                    out.write(FakePeer.bytes("*3\r\n:-1\r\n$" + 16 * MIB + "\r\n"));
                    while (true) {
                        out.write(new byte[100]);
                        out.flush();
                        Thread.sleep(1);
                    }
                })) {
            var near = fixture.start(64);
            fixture.join(fake.member());
            fixture.holders.add(fake.member());
            try (var client = new Socket(InetAddress.getLoopbackAddress(), near.server.port())) {
                var name = key(1);
                client.getOutputStream()
                        .write(bytes(before + "*2\r\n$3\r\nGET\r\n$" + name.length() + "\r\n" + name + "\r\n"));
                Awaitility.await().until(() -> near.nearby.bytesInFlight() > 0 && near.store.usedBytes() > 0);
                assertThat(near.nearby.transfers()).isEqualTo(1);
                // When
            }
            // Then
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> near.nearby.counters().abandoned() == 1);
            Awaitility.await().until(() -> near.store.usedBytes() == 0 && near.nearby.transfers() == 0);
            Awaitility.await().until(() -> fake.ended.get() == 1);
        }
    }

    @Test
    void whoWaitsForATransferGetsItsValueThoughTheFirstClientHasGone() throws Exception {
        try (var fixture = new NearbyFixture(CopyPolicy.NEVER, Duration.ofMinutes(10));
                var fake = new FakePeer(out -> {
                    var answer = FakePeer.fetched(VALUE, SIZE, CRC);
                    for (int at = 0; at < answer.length; at += 16 << 10) {
                        out.write(answer, at, Math.min(16 << 10, answer.length - at));
                        out.flush();
                        Thread.sleep(2);
                    }
                })) {
            // Given
            var near = fixture.start(64);
            fixture.join(fake.member());
            fixture.holders.add(fake.member());
            var name = key(1);
            try (var second = near.client()) {
                try (var first = new Socket(InetAddress.getLoopbackAddress(), near.server.port())) {
                    first.getOutputStream()
                            .write(bytes("*2\r\n$3\r\nGET\r\n$" + name.length() + "\r\n" + name + "\r\n"));
                    Awaitility.await().until(() -> near.nearby.transfers() == 1);
                    Thread.ofPlatform().daemon().start(() -> {
                        Awaitility.await().until(() -> near.nearby.counters().joined() == 1);
                        end(first);
                    });
                    // When
                    var read = second.get(bytes(name));
                    // Then
                    assertThat(read).isEqualTo(VALUE);
                    assertThat(fake.asked).hasValue(1);
                }
            }
        }
    }

    private static void end(Closeable client) {
        try {
            client.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
