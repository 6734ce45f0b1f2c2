package dev.kvcachepool.router.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.prefixadvert.hash.BlockHashers;
import dev.kvcachepool.prefixadvert.hash.HashScheme;
import dev.kvcachepool.prefixadvert.table.Liveness;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.Mismatch;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.router.endpoint.Discovery;
import dev.kvcachepool.router.endpoint.EndpointSpec;
import dev.kvcachepool.router.endpoint.EngineReport;
import dev.kvcachepool.router.endpoint.NodeRef;
import dev.kvcachepool.router.endpoint.Origin;
import dev.kvcachepool.router.pick.FakeAdverts;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PickRouteTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BODY = "{\"model\":\"llama\",\"tokens\":[1,2,3,4,5,6,7,8,9]}";

    private final FakeAdverts adverts = new FakeAdverts()
            .node("n0", Liveness.FRESH, FakeAdverts.MODEL)
            .node("n1", Liveness.FRESH, FakeAdverts.MODEL);
    private final RouterServer router =
            new RouterServer(adverts, Duration.ofSeconds(10), List.of("e0=http://h:1@n0", "e1=http://h:2@n1"));

    @AfterEach
    void stop() {
        router.close();
    }

    @Test
    void ranksEndpointsAndBooksTheFirst() throws Exception {
        // Given
        var chain = BlockHashers.of(HashScheme.LMCACHE_BLAKE3, 4).chain(new int[] {1, 2, 3, 4}).stream()
                .map(BlockHash::of)
                .toList();
        adverts.hold("n1", Namespace.of("llama", "lmcache-blake3", new byte[0]), chain);

        // When
        var response = router.post("/v1/pick", BODY);

        // Then
        var first = json(response).path("ranked").path(0);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json(response).path("indexReady").asBoolean()).isTrue();
        assertThat(first.path("endpoint").asText()).isEqualTo("e1");
        assertThat(first.path("node").asText()).isEqualTo("n1");
        assertThat(first.path("heldBlocks").asInt()).isEqualTo(1);
        assertThat(first.path("totalBlocks").asInt()).isEqualTo(2);
        assertThat(first.path("estimatedTtftMs").asDouble()).isGreaterThan(0);
        assertThat(first.path("score").asDouble()).isBetween(0.0, 1.0);
        assertThat(first.path("reason").asText()).startsWith("holds 1 of 2 blocks");
        assertThat(router.registry
                        .find("kvcachepool.router.picks")
                        .tag("reason", "prefix")
                        .counter()
                        .count())
                .isEqualTo(1);
        await().until(() -> router.admission.inFlight() == 0);
    }

    @Test
    void explainsItselfWhenAsked() throws Exception {
        // Given
        router.endpoints.named("e1").orElseThrow().report(new EngineReport(3, 5, .5, System.nanoTime()));

        // When
        var plain = json(router.post("/v1/pick", BODY));
        var explained =
                json(router.post("/v1/pick", BODY.replaceFirst("\\{", "{\"explain\":true,\"endpoints\":[\"e1\"],")));

        // Then
        assertThat(plain.path("ranked").path(0).has("parts")).isFalse();
        var row = explained.path("ranked").path(0);
        var parts = row.path("parts");
        assertThat(parts.path("queueMs").asDouble()
                        + parts.path("prefillMs").asDouble()
                        + parts.path("readMs").asDouble())
                .isCloseTo(row.path("estimatedTtftMs").asDouble(), within(.001));
        assertThat(parts.path("missingTokens").asInt()).isPositive();
        assertThat(parts.path("heldBack").asBoolean(true)).isFalse();
        assertThat(parts.path("engine").path("waiting").asInt()).isEqualTo(3);
        assertThat(parts.path("engine").path("ageMs").asDouble()).isNotNegative();
    }

    @Test
    void beforeCatchUpThereIsNoPick() throws Exception {
        // Given
        adverts.ready(false);

        // When
        var response = router.post("/v1/pick", BODY);

        // Then
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(json(response).path("indexReady").asBoolean(true)).isFalse();
    }

    @Test
    void badInputNamesTheField() throws Exception {
        // When
        var response = router.post("/v1/pick", "{\"model\":\"llama\",\"tokens\":[-1]}");

        // Then
        var error = json(response).path("error");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(error.path("field").asText()).isEqualTo("tokens[0]");
        assertThat(error.path("value").asText()).isEqualTo("-1");
        assertThat(error.path("allowed").asText()).contains("from 0");
    }

    @Test
    void aBodyThatIsTooLongIsRefused() throws Exception {
        // When
        var response = router.post("/v1/pick", " ".repeat(RouterServer.MAX_BODY * 3));

        // Then
        assertThat(response.statusCode()).isEqualTo(413);
        await().until(() -> router.admission.inFlight() == 0);
    }

    @Test
    void theIndexRouteShowsHoldersStatsAndLoad() throws Exception {
        // When
        var index = json(router.get("/v1/index"));

        // Then
        assertThat(index.path("ready").asBoolean()).isTrue();
        assertThat(index.path("holders").path(0).path("id").asText()).isEqualTo("n0");
        assertThat(index.path("holders").path(0).path("liveness").asText()).isEqualTo("fresh");
        assertThat(index.path("holders")
                        .path(0)
                        .path("models")
                        .path(0)
                        .path("chunkTokens")
                        .asInt())
                .isEqualTo(4);
        assertThat(index.path("stats").path("lagP99Ms").asDouble()).isEqualTo(3);
        assertThat(index.path("endpoints").path(1).path("node").asText()).isEqualTo("n1");
        assertThat(json(router.get("/v1/endpoints")).path("endpoints").size()).isEqualTo(2);
    }

    @Test
    void theIndexRouteShowsWhatEnginesDoOtherwise() throws Exception {
        // Given
        var other = new Mismatch(Mismatch.Kind.HASH, "llama", "hashes of 256 bits", "hashes of 64 bits", 3);
        adverts.mismatched("n0", other).mismatched("n1", other);

        // When
        var mismatches = json(router.get("/v1/index")).path("mismatches");

        // Then
        assertThat(mismatches).hasSize(1);
        assertThat(mismatches.path(0).path("kind").asText()).isEqualTo("hash");
        assertThat(mismatches.path(0).path("model").asText()).isEqualTo("llama");
        assertThat(mismatches.path(0).path("declared").asText()).isEqualTo("hashes of 256 bits");
        assertThat(mismatches.path(0).path("found").asText()).isEqualTo("hashes of 64 bits");
        assertThat(mismatches.path(0).path("values").asLong()).isEqualTo(6);
    }

    @Test
    void rowsSayWhereEndpointsComeFromAndWhoseBlocksTheyRead() throws Exception {
        // Given
        adverts.nodeAt("u.w1", "p-1", "w1", FakeAdverts.MODEL).engineAt("engine", "w1");
        adverts.node("foreign", "another", Liveness.FRESH);
        router.endpoints.present(new EndpointSpec(
                "pod", URI.create("http://[fd00::1]:8000"), new NodeRef.KubernetesNode("w1"), "w1", Origin.POD));
        router.discovery = new Discovery("app=vllm", false, "pods is forbidden");

        // When
        var answer = json(router.get("/v1/endpoints"));

        // Then
        assertThat(answer.path("endpoints").path(0).path("from").asText()).isEqualTo("static");
        assertThat(answer.path("endpoints").path(0).path("holders").toString()).isEqualTo("[\"n0\"]");
        var pod = answer.path("endpoints").path(2);
        assertThat(pod.path("name").asText()).isEqualTo("pod");
        assertThat(pod.path("url").asText()).isEqualTo("http://[fd00::1]:8000");
        assertThat(pod.path("from").asText()).isEqualTo("pod");
        assertThat(pod.path("kubernetesNode").asText()).isEqualTo("w1");
        assertThat(pod.path("holders").toString()).isEqualTo("[\"u.w1\"]");
        assertThat(pod.path("admitted").asBoolean()).isTrue();
        assertThat(answer.path("engines").path("watching").asBoolean(true)).isFalse();
        assertThat(answer.path("engines").path("problem").asText()).isEqualTo("pods is forbidden");
        assertThat(json(router.get("/v1/index")).path("holders").findValuesAsText("id"))
                .containsExactly("n0", "n1", "u.w1");
    }

    @Test
    void withoutAnyEndpointPicksAndCompletionsSaySo() throws Exception {
        try (var lonely = new RouterServer(adverts, Duration.ofSeconds(10), List.of())) {
            // When
            var pick = lonely.post("/v1/pick", BODY);
            var completion = lonely.post("/v1/completions", "{\"model\":\"llama\",\"prompt\":[1,2]}");

            // Then
            assertThat(pick.statusCode()).isEqualTo(503);
            assertThat(completion.statusCode()).isEqualTo(503);
            assertThat(pick.body()).contains("no endpoint: no engine is known at present");
            assertThat(completion.body()).contains("no endpoint: no engine is known at present");
        }
    }

    @Test
    void aNameThatIsGoneIsAMistakeOnlyWhereEndpointsStay() throws Exception {
        // Given
        var body = "{\"model\":\"llama\",\"tokens\":[1],\"endpoints\":[\"gone\"]}";
        var fixed = router.post("/v1/pick", body);
        router.discovery = new Discovery("app=vllm", true, "");

        // When
        var changing = router.post("/v1/pick", body);

        // Then
        assertThat(fixed.statusCode()).isEqualTo(400);
        assertThat(changing.statusCode()).isEqualTo(503);
        assertThat(changing.body()).contains("no endpoint of those asked for is there");
    }

    @Test
    void metricsOfAnEndpointGoWithIt() throws Exception {
        // Given
        var pod = new EndpointSpec("pod", URI.create("http://h:9"), NodeRef.NOBODY, "", Origin.POD);
        router.endpoints.present(pod);
        router.metrics.proxied("pod", 200);
        assertThat(router.registry.getMeters())
                .anyMatch(meter -> "pod".equals(meter.getId().getTag("endpoint")));

        // When
        router.endpoints.absent("pod");

        // Then
        assertThat(router.registry.getMeters())
                .noneMatch(meter -> "pod".equals(meter.getId().getTag("endpoint")))
                .anyMatch(meter -> "e0".equals(meter.getId().getTag("endpoint")));
    }

    private static JsonNode json(HttpResponse<String> response) throws Exception {
        return JSON.readTree(response.body());
    }
}
