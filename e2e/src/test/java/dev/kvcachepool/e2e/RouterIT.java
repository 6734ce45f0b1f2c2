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
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A router process before a real broker and a real cache-node. */
class RouterIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();

    private record Answer(int status, JsonNode body) {
        int heldBlocks(String endpoint) {
            for (var ranked : body.path("ranked")) {
                if (ranked.path("endpoint").asText().equals(endpoint)) {
                    return ranked.path("heldBlocks").asInt();
                }
            }
            return -1;
        }
    }

    @Test
    void picksTheEndpointWhoseNodeHoldsThePrefixAndKnowsItAfterARestart() throws Exception {
        // Given a node with the first three chunks of a prompt of five
        var pool = Fixture.newPool();
        var broker = Fixture.broker().address();
        try (var node = Fixture.cacheNode("holder", "--kafka", broker, "--pool", pool, "--host-size", "64Mi");
                var jedis = Fixture.jedis(node)) {
            for (int number = 0; number < 3; number++) {
                jedis.set(Chunks.key(number), BlockBytes.make(Chunks.hash(number), 256 << 10));
            }
            try (var router = router(broker, pool)) {

                // Then the endpoint beside it is first
                await().atMost(PATIENCE).untilAsserted(() -> {
                    var answer = pick(router);
                    assertThat(answer.heldBlocks("beside")).isEqualTo(3);
                    assertThat(answer.heldBlocks("elsewhere")).isZero();
                    assertThat(answer.body().at("/ranked/0/endpoint").asText()).isEqualTo("beside");
                    assertThat(answer.body().at("/ranked/0/totalBlocks").asInt())
                            .isEqualTo(5);
                });

                // When a chunk in the middle goes, then the prefix ends before it
                jedis.del(Chunks.key(1));
                await().atMost(PATIENCE)
                        .untilAsserted(() ->
                                assertThat(pick(router).heldBlocks("beside")).isEqualTo(1));
            }

            // When another router starts, then its first answer knows as much: there is no index to lose
            try (var next = router(broker, pool)) {
                await().atMost(PATIENCE).until(() -> pick(next).status() == 200);
                assertThat(pick(next).heldBlocks("beside")).isEqualTo(1);
            }
        }
    }

    @Test
    void saysThatItIsNotReadyUntilItsBrokerIsThere() throws Exception {
        // Given a broker that is away
        try (var broker = Fixture.newBroker(Map.of())) {
            broker.stop();
            try (var router = router(broker.address(), Fixture.newPool())) {

                // When it is asked, then it says so and is not ready
                var before = pick(router);
                assertThat(before.status()).isEqualTo(503);
                assertThat(before.body().path("indexReady").asBoolean(true)).isFalse();
                assertThat(get(router, "/health/ready")).isEqualTo(503);
                assertThat(get(router, "/health/live")).isEqualTo(200);

                // When the broker comes, then it heals by itself
                broker.start();
                await().atMost(PATIENCE).until(() -> get(router, "/health/ready") == 200);
                assertThat(pick(router).status()).isEqualTo(200);
            }
        }
    }

    private static Program router(String broker, String pool) {
        return Fixture.router(
                "--kafka",
                broker,
                "--pool",
                pool,
                "--endpoint",
                "elsewhere=http://127.0.0.1:9@nobody",
                "--endpoint",
                "beside=http://127.0.0.1:9@holder");
    }

    private Answer pick(Program router) throws IOException, InterruptedException {
        var hashes = IntStream.range(0, 5)
                .mapToObj(number -> '"' + HexFormat.of().formatHex(Chunks.hash(number)) + '"')
                .collect(Collectors.joining(","));
        var body = "{\"model\":\"%s\",\"follow\":false,\"blockHashes\":{\"scheme\":\"lmcache-blake3\",\"hashes\":[%s]}}"
                .formatted(Fixture.MODEL, hashes);
        var request = HttpRequest.newBuilder(URI.create("http://" + router.address("http") + "/v1/pick"))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        var response = http.send(request, HttpResponse.BodyHandlers.ofString());
        return new Answer(response.statusCode(), JSON.readTree(response.body()));
    }

    private int get(Program router, String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://" + router.address("http") + path))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }
}
