package dev.kvcachepool.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.e2e.engine.BlockBytes;
import dev.kvcachepool.e2e.process.Program;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;

/** A prefix pinned through the router's API on real cache-nodes, before a real broker. */
class PinsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PASSWORD = "a user's password";
    private static final int MIB = 1 << 20;
    private static final int PREFIX = 4;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void aPinnedPrefixSurvivesWhatEvictsTheRestUntilItIsLetGo() throws Exception {
        // Given two pooled nodes with users and 64 MiB each, and a prefix of four chunks
        var pool = Fixture.newPool();
        var secret = new MountedSecret(
                Fixture.work("pins"),
                "users: [{name: ops, passwords: [" + PASSWORD + "], allSalts: true}]",
                "a password of the pool\n");
        try (var one = node("pins-0", pool, secret);
                var other = node("pins-1", pool, secret);
                var router = router(pool, secret);
                var jedis = jedis(one)) {
            await().atMost(PATIENCE)
                    .until(() -> pins(router, "end", 0).path("indexReady").asBoolean(false));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(holders(router)).isEqualTo(2));
            for (int number = 0; number < 2 * PREFIX; number++) {
                store(jedis, number);
            }
            await().atMost(PATIENCE)
                    .until(() -> pins(router, "end", 0).path("heldBlocks").asInt() == PREFIX);
            // When
            var pinned = pins(router, "pin", 600);
            // Then
            assertThat(pinned.path("blocks").asInt()).as(pinned.toString()).isEqualTo(PREFIX);
            assertThat(pinned.path("pinnedBlocks").asInt())
                    .as(pinned.toString())
                    .isEqualTo(PREFIX);
            assertThat(pinned.findValuesAsText("problem")).isEmpty();
            // When four times what both nodes have room for comes
            for (int number = 100; number < 612; number++) {
                store(jedis, number);
            }
            // Then
            for (int number = 0; number < PREFIX; number++) {
                assertThat(jedis.get(Chunks.key(number)))
                        .as("chunk %d, which is pinned", number)
                        .isEqualTo(BlockBytes.make(Chunks.hash(number), MIB));
                assertThat(jedis.exists(Chunks.key(PREFIX + number)))
                        .as("chunk %d, which is not", PREFIX + number)
                        .isFalse();
            }
            // When it is let go, and as much comes again
            assertThat(pins(router, "end", 0).path("endedBlocks").asInt()).isEqualTo(PREFIX);
            for (int number = 1000; number < 1512; number++) {
                store(jedis, number);
            }
            // Then
            for (int number = 0; number < PREFIX; number++) {
                assertThat(jedis.exists(Chunks.key(number))).isFalse();
            }
            assertThat(other.isAlive()).isTrue();
        }
    }

    private static void store(Jedis jedis, int number) {
        jedis.set(Chunks.key(number), BlockBytes.make(Chunks.hash(number), MIB));
    }

    private static Program node(String id, String pool, MountedSecret secret) {
        return Fixture.cacheNode(
                id,
                "--kafka",
                Fixture.broker().address(),
                "--pool",
                pool,
                "--placement",
                "Pooled",
                "--host-size",
                "64Mi",
                "--users-file",
                secret.usersFile(),
                "--pool-password-file",
                secret.poolPasswordFile());
    }

    private static Program router(String pool, MountedSecret secret) {
        return Fixture.router(
                "--kafka",
                Fixture.broker().address(),
                "--pool",
                pool,
                "--placement",
                "Pooled",
                "--endpoint",
                "engine=http://127.0.0.1:9",
                "--pool-password-file",
                secret.poolPasswordFile());
    }

    private static Jedis jedis(Program node) {
        return new Jedis(
                HostAndPort.from(node.address("resp")),
                DefaultJedisClientConfig.builder()
                        .socketTimeoutMillis(30_000)
                        .user("ops")
                        .password(PASSWORD)
                        .build());
    }

    private JsonNode pins(Program router, String mode, int seconds) throws IOException, InterruptedException {
        var hashes = IntStream.range(0, PREFIX)
                .mapToObj(number -> '"' + HexFormat.of().formatHex(Chunks.hash(number)) + '"')
                .collect(Collectors.joining(","));
        var body =
                "{\"mode\":\"%s\",%s\"model\":\"%s\",\"blockHashes\":{\"scheme\":\"lmcache-blake3\",\"hashes\":[%s]}}"
                        .formatted(mode, seconds == 0 ? "" : "\"seconds\":" + seconds + ",", Fixture.MODEL, hashes);
        var request = HttpRequest.newBuilder(URI.create("http://" + router.address("http") + "/v1/pins"))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return JSON.readTree(
                http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    private int holders(Program router) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://" + router.address("http") + "/v1/index"))
                .build();
        return JSON.readTree(
                        http.send(request, HttpResponse.BodyHandlers.ofString()).body())
                .path("holders")
                .size();
    }
}
