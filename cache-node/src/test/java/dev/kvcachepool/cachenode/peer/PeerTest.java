package dev.kvcachepool.cachenode.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.cachenode.peer.Greeting.Role;
import dev.kvcachepool.cachenode.placement.Member;
import dev.kvcachepool.cachenode.placement.View;
import dev.kvcachepool.commandline.secret.NodeLogin;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a node remembers of another: whether to ask it, and what it is owed. */
class PeerTest {
    private static final HolderId SELF = new HolderId("self");
    private static final Greeting GREETING = new Greeting(SELF, Role.LOCAL, 0, Map.of());
    private static final byte[] KEY = "key".getBytes(StandardCharsets.US_ASCII);
    /** Nobody is left alone after a failure, and who sent what is wrong for longer than a test. */
    private static final PeerSettings NO_REST = new PeerSettings(
            8,
            Duration.ofSeconds(30),
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            Duration.ZERO,
            Duration.ofMinutes(10),
            NodeLogin.NONE,
            null);

    @Test
    void distrustOutlastsWhatGoesWellOrFailsMeanwhile() throws IOException {
        try (var fake = new FakePeer(out -> {});
                var deadlines = new Deadlines()) {
            // Given
            var counters = new PeerCounters();
            try (var peer = new Peer(fake.member(), NO_REST, counters, deadlines, new Debts(counters))) {
                var wrong = peer.borrow(GREETING);
                var good = peer.borrow(GREETING);
                var bad = peer.borrow(GREETING);
                // When
                peer.distrust(wrong);
                // Then
                assertThat(peer.isResting()).isTrue();
                peer.giveBack(good);
                assertThat(peer.isResting()).isTrue();
                peer.failed(bad);
                assertThat(peer.isResting()).isTrue();
            }
        }
    }

    @Test
    void aFailureIsForgivenOnceARequestGoesWell() throws IOException {
        try (var fake = new FakePeer(out -> {});
                var deadlines = new Deadlines()) {
            // Given
            var counters = new PeerCounters();
            var settings = PeerSettings.of(Duration.ofSeconds(20), NodeLogin.NONE, null);
            try (var peer = new Peer(fake.member(), settings, counters, deadlines, new Debts(counters))) {
                var bad = peer.borrow(GREETING);
                var good = peer.borrow(GREETING);
                // When, Then
                peer.failed(bad);
                assertThat(peer.isResting()).isTrue();
                peer.giveBack(good);
                assertThat(peer.isResting()).isFalse();
            }
        }
    }

    @Test
    void whatAPeerIsOwedItIsToldUnderItsNextIncarnationToo() throws IOException {
        int nobody;
        try (var closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = closed.getLocalPort();
        }
        try (var fake = new FakePeer(out -> out.write(FakePeer.bytes(":1\r\n")));
                var peers = new Peers(NO_REST)) {
            // Given: a removal that could not be told
            var now = fake.member();
            var before = new Member(now.id(), 1, NodeState.SERVING, "127.0.0.1", nobody);
            assertThat(peers.at(before, SELF, Role.HOME, 0, new View(List.of(before)))
                            .delete(KEY))
                    .isFalse();
            // When
            var after = new Member(now.id(), 2, NodeState.SERVING, now.host(), now.port());
            var view = new View(List.of(after));
            peers.tidy(view);
            var there = peers.at(after, SELF, Role.HOME, 0, view);
            // Then
            assertThat(there.exists(KEY)).isTrue();
            assertThat(fake.commands).containsExactly(Greeting.COMMAND, "DEL", Greeting.COMMAND, "EXISTS");
            assertThat(there.exists(KEY)).isTrue();
            assertThat(fake.commands).hasSize(5);
        }
    }

    @Test
    void whoHasLeftIsOwedNothing() throws IOException {
        int nobody;
        try (var closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = closed.getLocalPort();
        }
        try (var fake = new FakePeer(out -> out.write(FakePeer.bytes(":1\r\n")));
                var peers = new Peers(NO_REST)) {
            // Given
            var now = fake.member();
            var before = new Member(now.id(), 1, NodeState.SERVING, "127.0.0.1", nobody);
            assertThat(peers.at(before, SELF, Role.HOME, 0, new View(List.of(before)))
                            .delete(KEY))
                    .isFalse();
            // When
            peers.tidy(new View(List.of()));
            // Then
            var view = new View(List.of(now));
            assertThat(peers.at(now, SELF, Role.HOME, 0, view).exists(KEY)).isTrue();
            assertThat(fake.commands).containsExactly(Greeting.COMMAND, "EXISTS");
        }
    }
}
