package dev.kvcachepool.cachenode.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MalformedInputTest {
    private final RespFixture fixture = new RespFixture(16, RespFixture.settings());

    @AfterEach
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*99999999;         | invalid multibulk length",
                "*99999999999999999999999999; | invalid multibulk length",
                "*x;                | invalid multibulk length",
                "*;                 | invalid multibulk length",
                "*-;                | invalid multibulk length",
                "*1_                | invalid multibulk length",
                "*1;!3;GET;         | expected '$', got '!'",
                "*1;$x;             | invalid bulk length",
                "*1;$-1;            | invalid bulk length",
                "*1;$536870913;     | invalid bulk length",
                "*1;$9223372036854775807; | invalid bulk length",
                "*2;$3;GETxx$1;a;   | expected CRLF after bulk",
                "*3;$3;SET;$1;a;$99999999999; | invalid bulk length",
                "POST / HTTP/1.1;   | this is no HTTP server",
                "GET \"a;           | unbalanced quotes in request",
            })
    void isToldOffInOneLineAndClosed(String request, String message) throws IOException {
        try (var client = fixture.connect()) {
            // When
            client.send(request.replace(";", "\r\n").replace("_", "\r_"));
            // Then
            assertThat(client.receiveAll()).isEqualTo("-ERR Protocol error: " + message + "\r\n");
            assertThat(fixture.server.counters().protocolErrors()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"*0\r\n", "*-1\r\n", "*-5\r\n", "\r\n", "\n", "   \r\n"})
    void emptyRequestsHaveNoAnswer(String request) throws IOException {
        try (var client = fixture.connect()) {
            client.send(request);
            assertThat(client.ask("PING")).isEqualTo("+PONG\r\n");
        }
    }

    @Test
    void aLineLongerThanAllowedIsTooBig() throws IOException {
        try (var client = fixture.connect()) {
            client.send("x".repeat((64 << 10) + 2));
            assertThat(client.receiveAll()).isEqualTo("-ERR Protocol error: too big inline request\r\n");
        }
    }

    @Test
    void whatIsOnlyTooLargeIsRefusedAndTheConnectionGoesOn() throws IOException {
        try (var client = fixture.connect()) {
            assertThat(client.ask("GET", "k".repeat(4097))).isEqualTo("-ERR key of 4097 bytes, allowed are 4096\r\n");
            assertThat(client.ask("SET", "k".repeat(4097), "v")).startsWith("-ERR key of 4097 bytes");
            assertThat(client.ask("MGET", "k".repeat(4097), "b")).isEqualTo("*2\r\n$-1\r\n$-1\r\n");
            assertThat(client.ask("ECHO", "k".repeat(20_000))).startsWith("-ERR argument of 20000 bytes");
            assertThat(client.ask("x".repeat(500)))
                    .isEqualTo("-ERR unknown command: its command name of 500 bytes, allowed are 128\r\n");
            assertThat(client.ask("b\u00e4d\u0001")).startsWith("-ERR unknown command 'b");
            var many = new String[1026];
            java.util.Arrays.fill(many, "k");
            many[0] = "EXISTS";
            assertThat(client.ask(many)).isEqualTo("-ERR 1025 arguments for 'exists', allowed are 1024 keys\r\n");
            assertThat(client.ask("SET", "a", "v".repeat(17 << 20)))
                    .isEqualTo("-ERR value of 17825792 bytes is larger than this node's memory of 16777216 bytes\r\n");
            assertThat(client.ask("DBSIZE")).isEqualTo(":0\r\n");
        }
        assertThat(fixture.server.counters().protocolErrors()).isZero();
    }

    @Test
    void aValueThatFindsNoRoomIsAcceptedAndDropped() throws IOException {
        try (var client = fixture.connect()) {
            // Given
            client.ask("SET", "a", "old");
            // When
            var reply = client.ask("SET", "a", "v".repeat(10 << 20));
            // Then
            assertThat(reply).isEqualTo("+OK\r\n");
            assertThat(client.ask("GET", "a")).isEqualTo("$-1\r\n");
            assertThat(fixture.store.counters().dropped()).isEqualTo(1);
            assertThat(fixture.arena.usedBytes()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$5000000\r\nhalf of it",
                "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$4\r\nfull",
                "*5\r\n$3\r\nSET\r\n$1\r\na\r\n$4\r\nfull\r\n$2\r\nEX\r\n",
                "*3\r\n$3\r\nSET\r\n$1\r\na\r\n",
                "*3\r\n$3\r\nSE",
                "*",
                "SET a b",
            })
    void halfARequestStoresNothingAndHoldsNothing(String half) throws IOException {
        // Given
        try (var client = fixture.connect()) {
            client.send(half);
            // When
            client.socket.shutdownOutput();
            client.receiveAll();
        }
        // Then
        await().until(() -> fixture.server.connections() == 0);
        assertThat(fixture.store.keys()).isZero();
        assertThat(fixture.arena.usedBytes()).isZero();
        assertThat(fixture.store.tier().inFlightBytes()).isZero();
    }

    @Test
    void aDeepPipelineIsAnsweredInOrder() throws Exception {
        // Given
        int depth = 50_000;
        try (var client = fixture.connect()) {
            var requests = new StringBuilder();
            var replies = new StringBuilder();
            for (int i = 0; i < depth; i++) {
                requests.append("*3\r\n$3\r\nSET\r\n$1\r\na\r\n$5\r\n%05d\r\nGET a\r\n".formatted(i));
                replies.append("+OK\r\n$5\r\n%05d\r\n".formatted(i));
            }
            // When
            var sender = Thread.ofPlatform().start(() -> {
                try {
                    client.send(requests.toString());
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            // Then
            assertThat(client.receive(replies.length())).isEqualTo(replies.toString());
            sender.join();
        }
    }

    @Test
    void garbageNeverLeavesAnythingBehind() throws IOException {
        long seed = System.nanoTime();
        System.out.println("MalformedInputTest seed " + seed);
        var random = new Random(seed);
        var pieces =
                new String[] {"*3\r\n", "$3\r\n", "SET", "GET", "\r\n", "$", "*", "-1", "a", "$2000000\r\n", "\0", " "};
        for (int i = 0; i < 300; i++) {
            // Given
            var garbage = new StringBuilder();
            for (int n = random.nextInt(20); n >= 0; n--) {
                garbage.append(pieces[random.nextInt(pieces.length)]);
            }
            // When
            try (var client = fixture.connect()) {
                client.send(garbage.toString());
                client.socket.shutdownOutput();
                assertThat(client.receiveAll()).doesNotContain("Exception", "\tat ");
            } catch (java.net.SocketException e) {
                assertThat(e).hasMessageContaining("reset");
            }
        }
        // Then
        await().until(() -> fixture.server.connections() == 0);
        fixture.store.clear();
        assertThat(fixture.arena.usedBytes()).isZero();
        assertThat(fixture.store.tier().inFlightBytes()).isZero();
    }
}
