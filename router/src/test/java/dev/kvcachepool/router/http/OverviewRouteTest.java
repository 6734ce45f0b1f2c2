package dev.kvcachepool.router.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.prefixadvert.table.Liveness;
import dev.kvcachepool.router.pick.FakeAdverts;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OverviewRouteTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MANY = Overview.MOST_ROWS + 50;
    private static final int MOST_BYTES = 300_000;

    private final FakeAdverts adverts = new FakeAdverts().node("n0", Liveness.FRESH, FakeAdverts.MODEL);

    private static JsonNode overview(RouterServer router) throws Exception {
        var answer = router.get("/v1/overview");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).contains("application/json");
        assertThat(answer.headers().firstValue("cache-control")).contains("no-store");
        return JSON.readTree(answer.body());
    }

    private static RouterServer router(FakeAdverts adverts, List<String> endpoints) {
        return new RouterServer(adverts, Duration.ofSeconds(10), endpoints);
    }

    @Test
    void showsHitsNodesEndpointsAndWhatThePickWeighed() throws Exception {
        adverts.node("n1", Liveness.QUIET, FakeAdverts.MODEL).counting();
        try (var router = router(adverts, List.of("e0=http://h:1@n0", "e1=http://h:2@n1"))) {
            // Given
            router.holds("n0", 1, 2, 3, 4);
            router.post("/v1/pick", "{\"model\":\"llama\",\"tokens\":[1,2,3,4,5,6,7,8,9]}");

            // When
            var overview = overview(router);

            // Then
            assertThat(overview.path("ready").asBoolean()).isTrue();
            assertThat(overview.path("pool").asText()).isEqualTo(FakeAdverts.POOL);
            assertThat(overview.path("placement").asText()).isEqualTo("node-local");
            assertThat(overview.path("policy").asText()).isEqualTo("adverts");
            assertThat(overview.at("/hits/lately/heldBlocks").asInt()).isEqualTo(1);
            assertThat(overview.at("/hits/lately/askedBlocks").asInt()).isEqualTo(2);
            assertThat(overview.at("/hits/sinceStart/heldBlocks").asInt()).isEqualTo(1);
            assertThat(overview.at("/tiers/0/tier").asText()).isEqualTo("host");
            assertThat(overview.at("/tiers/0/capacityBytes").asLong()).isEqualTo(2 << 20);
            assertThat(overview.path("models")).containsExactly(JSON.valueToTree("llama"));
            // Trouble comes first.
            assertThat(overview.at("/nodes/rows").findValuesAsText("id")).containsExactly("n1", "n0");
            assertThat(overview.at("/nodes/rows/0/liveness").asText()).isEqualTo("quiet");
            assertThat(overview.at("/nodes/rows/0/silentMs").asLong()).isEqualTo(15_000);
            assertThat(overview.at("/nodes/rows/1/blocks").asLong()).isEqualTo(1);
            assertThat(overview.at("/endpoints/rows/0/admitted").asBoolean()).isTrue();
            assertThat(overview.at("/endpoints/rows/0/tokensPerSecond").asDouble())
                    .isEqualTo(1000);
            var pick = overview.at("/picks/0");
            assertThat(pick.path("basis").asText()).isEqualTo("prefix");
            assertThat(pick.path("tokens").asInt()).isEqualTo(9);
            assertThat(pick.path("totalBlocks").asInt()).isEqualTo(2);
            assertThat(pick.path("ageMs").asDouble()).isBetween(0.0, 20_000.0);
            assertThat(pick.at("/best").findValuesAsText("endpoint")).containsExactly("e0", "e1");
            var best = pick.at("/best/0");
            assertThat(best.path("heldBlocks").asInt()).isEqualTo(1);
            assertThat(best.path("missingTokens").asInt()).isEqualTo(5);
            assertThat(best.path("queueMs").asDouble()
                            + best.path("prefillMs").asDouble()
                            + best.path("readMs").asDouble())
                    .isEqualTo(best.path("estimatedTtftMs").asDouble());
        }
    }

    @Test
    void isBoundedHoweverLargeThePoolIs() throws Exception {
        // Given
        IntStream.range(0, MANY)
                .forEach(i -> adverts.node("node-with-a-long-name-" + i, Liveness.FRESH, FakeAdverts.MODEL));
        adverts.node("zzz-silent", Liveness.NOT_PICKED, FakeAdverts.MODEL);
        var endpoints = IntStream.range(0, MANY)
                .mapToObj(i -> "engine-with-a-long-name-" + i + "=http://h:" + (i + 1) + "@node-with-a-long-name-" + i)
                .toList();
        try (var router = router(adverts, endpoints)) {
            for (int i = 0; i < 40; i++) {
                router.post("/v1/pick", "{\"model\":\"llama\",\"tokens\":[1,2,3,4,5,6,7,8," + i + "]}");
            }

            // When
            var overview = overview(router);

            // Then
            assertThat(overview.at("/nodes/count").asInt()).isEqualTo(MANY + 2);
            assertThat(overview.at("/nodes/rows")).hasSize(Overview.MOST_ROWS);
            assertThat(overview.at("/nodes/leftOut").asInt()).isEqualTo(52);
            assertThat(overview.at("/nodes/rows/0/id").asText()).isEqualTo("zzz-silent");
            assertThat(overview.at("/endpoints/rows")).hasSize(Overview.MOST_ROWS);
            assertThat(overview.at("/endpoints/leftOut").asInt()).isEqualTo(50);
            assertThat(overview.at("/picks")).hasSize(32);
            assertThat(overview.at("/picks/0/best")).hasSize(8);
            assertThat(overview.at("/picks/0/candidates").asInt()).isEqualTo(MANY);
            // Those without a row count in the sums.
            assertThat(overview.at("/tiers/0/capacityBytes").asLong()).isEqualTo((MANY + 1L) << 20);
            assertThat(overview.toString().length()).isLessThan(MOST_BYTES);
        }
    }

    @Test
    void saysNothingOfPromptsModelsAskedForTenantsAndSalts() throws Exception {
        try (var router = router(adverts, List.of("e0=http://h:1@n0"))) {
            // Given
            var tokens = "[771001,771002,771003,771004,771005]";
            router.post("/v1/pick", "{\"model\":\"llama\",\"salt\":\"salt-of-secrets\",\"tokens\":" + tokens + "}");
            router.post("/v1/pick", "{\"model\":\"model-of-secrets\",\"prompt\":\"text of secrets\"}");
            var hash = String.join("", Collections.nCopies(8, "5ec2e75a"));
            router.post(
                    "/v1/pick",
                    "{\"model\":\"llama\",\"blockHashes\":{\"scheme\":\"lmcache-blake3\",\"hashes\":[\"" + hash
                            + "\"]}}");

            // When
            var overview = overview(router);

            // Then
            assertThat(overview.path("picks")).hasSize(3);
            assertThat(overview.toString())
                    .doesNotContainIgnoringCase("secrets")
                    .doesNotContain("77100", "5ec2e75a");
            assertThat(overview.at("/picks/1/loadAlone").asText()).contains("text");
            assertThat(overview.at("/picks/0").properties().stream()
                            .map(Map.Entry::getKey)
                            .collect(Collectors.toSet()))
                    .containsExactlyInAnyOrder(
                            "number", "ageMs", "basis", "loadAlone", "tokens", "totalBlocks", "candidates", "best");
        }
    }

    @Test
    void saysWhenTheTablesAreNotRead() throws Exception {
        adverts.ready(false);
        try (var router = router(adverts, List.of("e0=http://h:1@n0"))) {
            assertThat(overview(router).path("ready").asBoolean()).isFalse();
        }
    }
}
