package dev.kvcachepool.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.e2e.observe.Scrape;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** An engine that is configured otherwise than its pool: said by the node's log and metrics, and by the router. */
class EnginesDifferIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final byte[] IN_PROCESS = (Fixture.MODEL + "@1@0@1f@half").getBytes(StandardCharsets.UTF_8);
    private static final byte[] UNDECLARED =
            ("undeclared@01000100@0@" + "0f".repeat(32)).getBytes(StandardCharsets.UTF_8);
    private static final byte[] VALUE = "value".getBytes(StandardCharsets.UTF_8);

    private final String pool = Fixture.newPool();

    @Test
    void anEngineWithOtherHashesIsNamedBesideThePool() throws Exception {
        // Given a pool that declares LMCache MP's hashes
        var kafka = Fixture.broker().address();
        try (var node = Fixture.cacheNode("n0", "--kafka", kafka, "--pool", pool);
                var router =
                        Fixture.router("--kafka", kafka, "--pool", pool, "--endpoint", "e0=http://127.0.0.1:1@n0");
                var redis = Fixture.jedis(node)) {
            redis.set(Chunks.key(7), VALUE);
            var url = "http://" + router.await().get("http");
            await().atMost(PATIENCE)
                    .until(() ->
                            index(url).path("holders").path(0).path("blocks").asLong() == 1);
            assertThat(index(url).path("mismatches")).isEmpty();

            // When an engine stores by LMCache's in-process hashes, and one a model that nobody has declared
            redis.set(IN_PROCESS, VALUE);
            redis.set(UNDECLARED, VALUE);

            // Then
            await().atMost(PATIENCE).until(() -> index(url).path("mismatches").size() == 2);
            assertThat(index(url).path("mismatches").findValuesAsText("sentence"))
                    .containsExactly(
                            "model " + Fixture.MODEL
                                    + ": engines store chunks by hashes of 64 bits (LMCache in-process),"
                                    + " the pool declares lmcache-blake3, whose hashes have 256 bits (LMCache MP)",
                            "model undeclared: engines store its chunks, and the pool declares no such model");
            assertThat(node.said())
                    .containsOnlyOnce("engines store chunks by hashes of 64 bits")
                    .containsOnlyOnce("model undeclared: engines store its chunks");
            assertThat(Scrape.value(node, "kvcachepool_store_mismatches_total{kind=\"hash\"}"))
                    .isEqualTo(1);
            assertThat(Scrape.value(router, "kvcachepool_router_mismatches{kind=\"hash\"}"))
                    .isEqualTo(1);
            assertThat(redis.get(IN_PROCESS)).isEqualTo(VALUE);
        }
    }

    private static JsonNode index(String url) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(url + "/v1/index"))
                .timeout(PATIENCE)
                .build();
        try (var http = HttpClient.newHttpClient()) {
            return new ObjectMapper()
                    .readTree(http.send(request, HttpResponse.BodyHandlers.ofString())
                            .body());
        }
    }
}
