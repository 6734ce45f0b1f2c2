package dev.kvcachepool.cachenode.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvcachepool.cachenode.access.Access;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionsTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final RespFixture fixture = new RespFixture(
            64,
            new RespSettings(
                    3, 512 << 20, 4096, 1024, 65536, Duration.ofSeconds(60), Access.open(), "127.0.0.1", "test"));

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void theNextOneIsToldThatTheServerIsFull() throws IOException {
        try (var first = fixture.connect();
                var second = fixture.connect();
                var third = fixture.connect()) {
            // Given
            assertThat(first.ask("PING") + second.ask("PING") + third.ask("PING"))
                    .isEqualTo("+PONG\r\n+PONG\r\n+PONG\r\n");
            // When
            try (var fourth = fixture.connect()) {
                // Then
                assertThat(fourth.receiveAll()).isEqualTo("-ERR max number of clients reached\r\n");
            }
            assertThat(fixture.server.counters().rejected()).isEqualTo(1);
        }
        // When they are gone
        await().until(() -> fixture.server.connections() == 0);
        try (var next = fixture.connect()) {
            // Then
            assertThat(next.ask("PING")).isEqualTo("+PONG\r\n");
        }
    }

    @Test
    void aClientThatStallsWithinAValueIsClosedAndItsMemoryFreed() throws IOException {
        // Given
        try (var client = fixture.connect()) {
            client.send("*3\r\n$3\r\nSET\r\n$1\r\na\r\n$30000000\r\nsome");
            await().until(() -> fixture.arena.usedBytes() > 0);
            assertThat(fixture.arena.usedBytes()).isEqualTo(2L << 20);
            // When
            fixture.nanos.addAndGet(Duration.ofSeconds(61).toNanos());
            fixture.server.sweep();
            // Then
            assertThat(client.receiveAll()).isEmpty();
            await().until(() -> fixture.arena.usedBytes() == 0);
            assertThat(fixture.server.counters().stalled()).isEqualTo(1);
        }
    }

    @Test
    void aClientThatDoesNotReadItsReplyIsClosed() throws IOException {
        // Given a reply larger than what sockets buffer
        try (var client = fixture.connect()) {
            client.ask("SET", "a", "v".repeat(30 << 20));
            client.command("GET", "a");
            await().until(() -> {
                fixture.nanos.addAndGet(Duration.ofSeconds(61).toNanos());
                // When
                fixture.server.sweep();
                return fixture.server.counters().stalled() == 1;
            });
            // Then
            await().until(() -> fixture.server.connections() == 0);
        }
    }

    @Test
    void aClientThatSendsAByteNowAndThenIsClosedAndItsMemoryFreed() throws IOException {
        // Given
        try (var client = fixture.connect()) {
            client.send("*3\r\n$3\r\nSET\r\n$1\r\na\r\n$30000000\r\n");
            await().atMost(LONG).until(() -> fixture.store.tier().inFlightBytes() > 0);
            // When it never stalls for as long as the time-out
            for (int i = 0; i < 5; i++) {
                long before = fixture.server.counters().bytesIn();
                fixture.nanos.addAndGet(Duration.ofSeconds(10).toNanos());
                client.send("x");
                await().atMost(LONG).until(() -> fixture.server.counters().bytesIn() > before);
            }
            await().atMost(LONG).pollInterval(Duration.ofMillis(20)).until(() -> {
                fixture.nanos.addAndGet(Duration.ofSeconds(1).toNanos());
                fixture.server.sweep();
                return fixture.server.counters().slow() == 1;
            });
            // Then
            assertThat(client.receiveAll()).isEmpty();
            await().atMost(LONG).until(() -> fixture.arena.usedBytes() == 0);
            assertThat(fixture.server.counters().stalled()).isZero();
        }
    }

    @Test
    void anIdleClientIsNeverClosed() throws IOException {
        // Given a server that soon loses patience
        var settings = new RespSettings(
                3, 512 << 20, 4096, 1024, 65536, Duration.ofMillis(500), Access.open(), "127.0.0.1", "test");
        var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (var server = new RespServer(anyPort, settings, fixture.store)) {
            server.start();
            try (var client = new RespFixture.Client(server.port())) {
                client.ask("PING");
                // When
                await().during(Duration.ofMillis(1500)).until(() -> server.connections() == 1);
                // Then
                assertThat(client.ask("PING")).isEqualTo("+PONG\r\n");
                assertThat(server.counters().stalled()).isZero();
            }
        }
    }

    @Test
    void drainingEndsIdleClientsAndLetsARunningRequestFinish() throws Exception {
        try (var idle = fixture.connect();
                var busy = fixture.connect()) {
            // Given
            idle.ask("PING");
            busy.send("*3\r\n$3\r\nSET\r\n$1\r\na\r\n$8\r\nhalf");
            await().until(() -> fixture.store.tier().inFlightBytes() > 0);
            // When
            var drained = CompletableFuture.runAsync(() -> fixture.server.drain(Duration.ofSeconds(20)));
            // Then
            assertThat(idle.receiveAll()).isEmpty();
            assertThat(drained).isNotDone();
            busy.send("half\r\n");
            assertThat(busy.receiveAll()).isEqualTo("+OK\r\n");
            drained.get();
            assertThat(fixture.store.keys()).isEqualTo(1);
        }
    }

    @Test
    void drainingDoesNotWaitForEver() throws Exception {
        try (var busy = fixture.connect()) {
            // Given
            busy.send("*3\r\n$3\r\nSET\r\n");
            await().until(() -> fixture.server.counters().bytesIn() > 0);
            // When
            fixture.server.drain(Duration.ofMillis(50));
            // Then
            assertThat(busy.receiveAll()).isEmpty();
        }
    }
}
