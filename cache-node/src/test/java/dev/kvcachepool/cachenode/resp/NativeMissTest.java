package dev.kvcachepool.cachenode.resp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.cachenode.store.ValueSizes;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;

/** When a miss is a line of just the length that LMCache's native client reads. */
class NativeMissTest {
    private static final String CHUNK = "@01000100@0@" + "0".repeat(63);

    private final RespFixture fixture =
            new RespFixture(16, RespFixture.settings(), new ValueSizes(Map.of("told", 65_536L)));

    @AfterEach
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @CsvSource({
        "100, -ERR",
        "999, -ERR",
        "1000, -ERRx",
        "65536, -ERRxx",
        "2097152, -ERRxxxx",
        "9999999, -ERRxxxx",
    })
    void itIsAsLongAsTheHeadOfAValueOfTheSizeThatWasStored(int size, String line) throws IOException {
        try (var client = fixture.connect()) {
            // Given
            client.command("SET", "m" + CHUNK + "1", "v".repeat(size));
            assertThat(client.receive(5)).isEqualTo("+OK\r\n");
            // When
            client.command("GET", "m" + CHUNK + "2");
            // Then
            var expected = line + "\r\n";
            assertThat(expected).hasSize(("$" + size + "\r\n").length());
            assertThat(client.receive(expected.length())).isEqualTo(expected);
            client.command("EXISTS", "m" + CHUNK + "2");
            assertThat(client.receive(4)).isEqualTo(":0\r\n");
            assertThat(fixture.server.paddedMisses()).isEqualTo(1);
        }
    }

    @Test
    void itIsAsLongAsTheModelIsToldToHave() throws IOException {
        try (var client = fixture.connect()) {
            client.command("GET", "told" + CHUNK + "2");
            assertThat(client.receive(8)).isEqualTo("-ERRxx\r\n");
        }
    }

    @Test
    void whatIsAcceptedAndDroppedTellsASizeToo() throws IOException {
        try (var client = fixture.connect()) {
            // Given
            client.command("SET", "m" + CHUNK + "1", "v".repeat(10 << 20));
            assertThat(client.receive(5)).isEqualTo("+OK\r\n");
            // When
            client.command("GET", "m" + CHUNK + "1");
            // Then
            assertThat(client.receive(11)).isEqualTo("-ERRxxxxx\r\n");
            assertThat(fixture.server.counters().valuesDropped()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"PING", "HELLO 3", "CLIENT SETINFO LIB-NAME x", "EXISTS a b", "DEL a b", "SET a b EX 9", "MGET a"
            })
    void notForAClientThatHasSentAnythingElse(String other) throws IOException {
        try (var client = fixture.connect()) {
            // Given
            client.command(other.split(" ", -1));
            // When
            var reply = client.ask("GET", "told" + CHUNK + "2");
            // Then
            assertThat(reply).endsWith(other.startsWith("HELLO") ? "_\r\n" : "$-1\r\n");
            assertThat(fixture.server.paddedMisses()).isZero();
        }
    }

    @Test
    void notForACommandTypedAsALine() throws IOException {
        try (var client = fixture.connect()) {
            client.send("GET told" + CHUNK + "2\r\n");
            assertThat(client.receive(5)).isEqualTo("$-1\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"opaque", "told@1@0@1f@halfkv_bytes", "other@1@0@1f@half", "told@1@0@1f@half@7"})
    void notForAKeyWhoseSizeNobodyKnows(String key) throws IOException {
        try (var client = fixture.connect()) {
            client.command("GET", key);
            assertThat(client.receive(5)).isEqualTo("$-1\r\n");
        }
    }

    @Test
    void itComesLateWhereLmcacheTakesAnyAnswerInTimeForAValue() throws IOException {
        // Given LMCache in an engine's process, and a node that holds misses back
        var late = Duration.ofMillis(700);
        var told = new ValueSizes(Map.of("told", 65_536L));
        try (var slow = new RespFixture(16, RespFixture.settings(late), told);
                var client = slow.connect()) {
            // When
            long asked = System.nanoTime();
            client.command("GET", "told@1@0@1f@half");
            // Then the line comes once that is over, and the connection is in step
            assertThat(client.receive(8)).isEqualTo("-ERRxx\r\n");
            assertThat(Duration.ofNanos(System.nanoTime() - asked)).isGreaterThanOrEqualTo(late);
            client.command("EXISTS", "told@1@0@1f@half");
            assertThat(client.receive(4)).isEqualTo(":0\r\n");
            assertThat(slow.server.paddedMisses()).isEqualTo(1);
        }
    }

    @Test
    void nobodyElseWaitsMeanwhile() throws IOException {
        var told = new ValueSizes(Map.of("told", 65_536L));
        try (var slow = new RespFixture(16, RespFixture.settings(Duration.ofSeconds(5)), told);
                var waiting = slow.connect();
                var other = slow.connect()) {
            // Given a miss that is held back
            waiting.command("GET", "told@1@0@1f@half");
            // When LMCache's server misses too
            other.command("GET", "told" + CHUNK + "2");
            // Then
            assertThat(other.receive(8)).isEqualTo("-ERRxx\r\n");
            assertThat(slow.server.paddedMisses()).isEqualTo(1);
        }
    }

    @Test
    void notForASizeWhoseHeadIsShorterThanAnyError() throws IOException {
        try (var client = fixture.connect()) {
            // Given
            client.command("SET", "m" + CHUNK + "1", "v".repeat(99));
            assertThat(client.receive(5)).isEqualTo("+OK\r\n");
            // When
            client.command("GET", "m" + CHUNK + "2");
            // Then
            assertThat(client.receive(5)).isEqualTo("$-1\r\n");
        }
    }

    @Test
    void aClientThatSaysWhoItIsGetsANull() {
        var config = DefaultJedisClientConfig.builder().build();
        try (var jedis = new Jedis(new HostAndPort("127.0.0.1", fixture.server.port()), config)) {
            assertThat(jedis.get("told" + CHUNK + "2")).isNull();
        }
    }
}
