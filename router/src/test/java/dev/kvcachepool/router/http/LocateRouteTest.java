package dev.kvcachepool.router.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.prefixadvert.table.Liveness;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.router.pick.FakeAdverts;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code POST /v1/locate}. */
class LocateRouteTest {
    private static final Namespace NAMESPACE = new Namespace(0x0123456789abcdefL);
    private static final String BLOCK =
            "{\"namespace\":\"0123456789abcdef\",\"hash\":\"00000000000000070000000000000009\"}";

    private final FakeAdverts adverts = new FakeAdverts()
            .node("n0", Liveness.FRESH, FakeAdverts.MODEL)
            .node("n1", Liveness.QUIET, FakeAdverts.MODEL)
            .node("n2", Liveness.NOT_PICKED, FakeAdverts.MODEL)
            .node("n3", "other", Liveness.FRESH, FakeAdverts.MODEL);
    private final RouterServer router = new RouterServer(adverts, Duration.ofSeconds(10), List.of());

    @AfterEach
    void stop() {
        router.close();
    }

    @Test
    void namesTheNodesOfThePoolThatHoldEachBlock() throws Exception {
        // Given
        for (var node : List.of("n0", "n1", "n2", "n3")) {
            adverts.hold(node, NAMESPACE, List.of(new BlockHash(7, 9)));
        }
        var unknown = BLOCK.replace("9\"", "8\"");

        // When
        var response = router.post("/v1/locate", "{\"blocks\":[" + unknown + "," + BLOCK + "]}");

        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        var holders = json(response).path("holders");
        assertThat(holders).hasSize(2);
        assertThat(holders.path(0)).isEmpty();
        assertThat(holders.path(1).findValuesAsText("node")).containsExactlyInAnyOrder("n0", "n1");
        var first = holders.path(1).path(0);
        assertThat(first.path("worldSize").asInt()).isEqualTo(1);
        assertThat(first.path("ranks").asText("none")).isEmpty();
        assertThat(first.path("tier").asText()).isEqualTo("host");
        await().until(() -> router.admission.inFlight() == 0);
    }

    @Test
    void aBlockAskedForAgainIsAnsweredAgain() throws Exception {
        // Given
        adverts.hold("n0", NAMESPACE, List.of(new BlockHash(7, 9)));

        // When
        var response = router.post("/v1/locate", "{\"blocks\":[" + BLOCK + "," + BLOCK + "]}");

        // Then: a node may ask twice in one call
        assertThat(json(response).path("holders").findValuesAsText("node")).containsExactly("n0", "n0");
    }

    @Test
    void beforeCatchUpNothingIsSaid() throws Exception {
        // Given
        adverts.ready(false);

        // When
        var response = router.post("/v1/locate", "{\"blocks\":[" + BLOCK + "]}");

        // Then
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(json(response).path("indexReady").asBoolean(true)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
                    {}                                             | blocks
                    {"blocks":{}}                                  | blocks
                    {"blocks":[]}                                  | blocks
                    {"blocks":[1]}                                 | blocks[0]
                    {"blocks":[{"hash":"00"}]}                     | blocks[0].hash
                    {"blocks":[{"namespace":"0123456789abcdef"}]}  | blocks[0].hash
                    {"blocks":[{"hash":"00000000000000070000000000000009","namespace":"012345678 abcdef"}]} | blocks[0].namespace
                    {"blocks":[{"hash":"00000000000000070000000000000009"}]} | blocks[0].namespace
                    {"blocks":[{"rank":1}]}                        | blocks[0].rank
                    {"more":1}                                     | more
                    []                                             | body
                    """)
    void badInputNamesTheField(String body, String field) throws Exception {
        // When
        var response = router.post("/v1/locate", body);

        // Then
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).path("error").path("field").asText()).isEqualTo(field);
        assertThat(json(response).path("error").path("allowed").asText()).isNotEmpty();
    }

    @Test
    void moreBlocksThanAllowedAreRefused() throws Exception {
        // When
        var body = "{\"blocks\":[" + "{},".repeat(2000) + "{}]}";
        var response = router.post("/v1/locate", body);

        // Then: this router takes even fewer bytes
        assertThat(response.statusCode()).isEqualTo(413);
        await().until(() -> router.admission.inFlight() == 0);
    }

    private static JsonNode json(HttpResponse<String> response) throws Exception {
        return new ObjectMapper().readTree(response.body());
    }
}
