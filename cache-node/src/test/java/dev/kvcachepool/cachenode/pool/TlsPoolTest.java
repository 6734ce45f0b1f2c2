package dev.kvcachepool.cachenode.pool;

import static dev.kvcachepool.cachenode.pool.PoolFixture.bytes;
import static dev.kvcachepool.cachenode.pool.PoolFixture.content;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kvcachepool.cachenode.net.TestTls;
import dev.kvcachepool.commandline.tls.Tls;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.commands.ProtocolCommand;

/** Nodes of a pool that speak TLS with clients and with one another. */
class TlsPoolTest {
    private static final ProtocolCommand PEER = () -> bytes("KVP.PEER");

    @TempDir
    Path folder;

    private Tls tls(String... names) {
        return TestTls.of(folder, names);
    }

    private static Jedis client(PoolFixture.Node node, @Nullable String name) {
        var config = DefaultJedisClientConfig.builder()
                .socketTimeoutMillis(10_000)
                .ssl(true)
                .sslSocketFactory(TestTls.client(name));
        return new Jedis(new HostAndPort("127.0.0.1", node.server.port()), config.build());
    }

    @Test
    void valuesOfAllSizesGoThroughOneNodeToAnother() {
        try (var fixture = PoolFixture.settled(2, 64, tls("*." + TestTls.DOMAIN));
                var one = client(fixture.nodes.getFirst(), null);
                var two = client(fixture.nodes.getLast(), "engine")) {
            for (int size : new int[] {0, 1, 16 << 10, (16 << 10) + 1, 256 << 10, (3 << 20) + 7}) {
                var key = "k" + size;
                // When
                one.set(bytes(key), content(7, size, size));
                // Then
                for (var client : List.of(one, two)) {
                    assertThat(client.get(bytes(key))).isEqualTo(content(7, size, size));
                }
            }
            assertThat(fixture.nodes).allSatisfy(node -> {
                assertThat(node.peers.connections()).isPositive();
                assertThat(node.server.handshakes().done()).isPositive();
                assertThat(node.server.handshakes().refused()).isZero();
            });
        }
    }

    @Test
    void whoHasNoNodesCertificateIsNoNode() {
        try (var fixture = PoolFixture.settled(2, 16, tls("node-0." + TestTls.DOMAIN, "node-1." + TestTls.DOMAIN))) {
            for (var name : new String[] {null, "engine", "node-0.nodes.else", "node-0"}) {
                try (var client = client(fixture.nodes.getLast(), name)) {
                    // When, then
                    assertThatThrownBy(() -> client.sendCommand(PEER, "node-0", "LOCAL", "0"))
                            .hasMessageContaining("NOPERM no certificate shows that you are that node");
                    assertThat(client.ping()).isEqualTo("PONG");
                }
            }
            try (var client = client(fixture.nodes.getLast(), "node-0." + TestTls.DOMAIN)) {
                assertThat(client.sendCommand(PEER, "node-0", "LOCAL", "0")).isEqualTo(bytes("OK"));
                assertThatThrownBy(() -> client.sendCommand(PEER, "node-1", "LOCAL", "0"))
                        .hasMessageContaining("NOPERM");
            }
        }
    }

    @Test
    void plainTextIsCountedAndOthersGoOn() throws Exception {
        try (var fixture = PoolFixture.settled(1, 16, tls("*." + TestTls.DOMAIN));
                var other = client(fixture.nodes.getFirst(), null);
                var plain = new Socket(
                        InetAddress.getLoopbackAddress(),
                        fixture.nodes.getFirst().server.port())) {
            // When
            plain.getOutputStream().write(bytes("*1\r\n$4\r\nPING\r\n"));
            // Then
            assertThat(plain.getInputStream().readAllBytes()).doesNotContain(bytes("PONG"));
            var handshakes = fixture.nodes.getFirst().server.handshakes();
            await().until(() -> handshakes.plain() == 1);
            assertThat(other.ping()).isEqualTo("PONG");
        }
    }

    @Test
    void whoDoesNotEndTheHandshakeIsClosed() throws Exception {
        try (var fixture = PoolFixture.impatient(tls("*." + TestTls.DOMAIN));
                var silent = new Socket(
                        InetAddress.getLoopbackAddress(),
                        fixture.nodes.getFirst().server.port());
                var half = new Socket(
                        InetAddress.getLoopbackAddress(),
                        fixture.nodes.getFirst().server.port());
                var idle = client(fixture.nodes.getFirst(), null)) {
            // When
            half.getOutputStream().write(new byte[] {0x16, 3, 1, 2, 0, 1});
            // Then
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
            assertThat(half.getInputStream().read()).isEqualTo(-1);
            var server = fixture.nodes.getFirst().server;
            assertThat(server.counters().stalled()).isEqualTo(2);
            await().until(() -> server.handshakes().broken() == 2);
            // And who has ended it may wait
            assertThat(idle.ping()).isEqualTo("PONG");
        }
    }
}
