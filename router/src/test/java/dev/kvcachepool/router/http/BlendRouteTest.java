package dev.kvcachepool.router.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.prefixadvert.table.Liveness;
import dev.kvcachepool.router.pick.FakeAdverts;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code POST /v1/blend-lookup}. */
class BlendRouteTest {
    private static final String PATH = "/v1/blend-lookup";

    private final FakeAdverts adverts = new FakeAdverts().node("n0", Liveness.FRESH, FakeAdverts.MODEL);
    private final RouterServer router = new RouterServer(adverts, Duration.ofSeconds(10), List.of());

    @AfterEach
    void stop() {
        router.close();
    }

    @Test
    void answersWhereChunksWereAndAreAndWhoHoldsThem() throws Exception {
        // Given
        var hash = router.pool.stored(4, 1, 1, 1, 1, 5, 6, 7, 8);
        router.pool.holds("n0", hash);

        // When
        var response = router.post(PATH, "{\"model\":\"llama\",\"tokens\":[2,5,6,7,8],\"salt\":\"\"}");

        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        var answer = json(response);
        assertThat(answer.path("indexReady").asBoolean()).isTrue();
        assertThat(answer.path("namespace").asText()).matches("[0-9a-f]{16}");
        assertThat(answer.path("tokensSearched").asInt()).isEqualTo(5);
        assertThat(answer.path("matches")).hasSize(1);
        var match = answer.path("matches").path(0);
        assertThat(match.path("hash").asText()).isEqualTo(hash.toString());
        assertThat(match.path("positionThen").asInt()).isEqualTo(4);
        assertThat(match.path("positionNow").asInt()).isEqualTo(1);
        assertThat(match.path("tokens").asInt()).isEqualTo(4);
        var holder = match.path("holders").path(0);
        assertThat(holder.path("node").asText()).isEqualTo("n0");
        assertThat(holder.path("tier").asText()).isEqualTo("host");
        await().until(() -> router.admission.inFlight() == 0);
    }

    @Test
    void ofAModelThatNobodyDeclaresNothingIsKnown() throws Exception {
        // When
        var response = router.post(PATH, "{\"model\":\"mistral\",\"tokens\":[1]}");

        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json(response).path("matches")).isEmpty();
        assertThat(json(response).path("reason").asText()).isEqualTo("no node declares the model");
    }

    @Test
    void beforeCatchUpNothingIsSaid() throws Exception {
        // Given
        adverts.ready(false);

        // When
        var response = router.post(PATH, "{\"model\":\"llama\",\"tokens\":[1]}");

        // Then
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(json(response).path("indexReady").asBoolean(true)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
                    {}                                        | model
                    {"model":""}                              | model
                    {"model":"llama"}                         | tokens
                    {"model":"llama","tokens":[]}             | tokens
                    {"model":"llama","tokens":7}              | tokens
                    {"model":"llama","tokens":[1,-2]}         | tokens[1]
                    {"model":"llama","tokens":[1,"a"]}        | tokens[1]
                    {"model":"llama","tokens":[2147483648]}   | tokens[0]
                    {"model":"llama","tokens":[1],"salt":[]}  | salt
                    {"model":"llama","tokens":[1],"more":1}   | more
                    []                                        | body
                    """)
    void badInputNamesTheField(String body, String field) throws Exception {
        // When
        var response = router.post(PATH, body);

        // Then
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).path("error").path("field").asText()).isEqualTo(field);
        assertThat(json(response).path("error").path("allowed").asText()).isNotEmpty();
    }

    @Test
    void moreTokensThanAllowedAreRefused() throws Exception {
        // When
        var response = router.post(PATH, "{\"model\":\"llama\",\"tokens\":[" + "1,".repeat(1000) + "1]}");

        // Then
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).path("error").path("field").asText()).isEqualTo("tokens");
    }

    private static JsonNode json(HttpResponse<String> response) throws Exception {
        return new ObjectMapper().readTree(response.body());
    }
}
