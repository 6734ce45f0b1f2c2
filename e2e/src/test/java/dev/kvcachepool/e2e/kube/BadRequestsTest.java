package dev.kvcachepool.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bad input gets a Status that says what is wrong. */
class BadRequestsTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private final ApiUnderTest under = new ApiUnderTest();

    @AfterEach
    void close() {
        under.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GET    | /nothing/here                                      |     | 404 | NotFound             | could not find the requested resource
            GET    | /apis/apps/v1/namespaces/default/gadgets           |     | 404 | NotFound             | could not find the requested resource
            GET    | /api/v1/pods/x                                     |     | 404 | NotFound             | could not find the requested resource
            GET    | /api/v1/namespaces/default/configmaps/x/scale      |     | 404 | NotFound             | could not find the requested resource
            GET    | /api/v1/namespaces/default/configmaps?limit=-1     |     | 400 | BadRequest           | limit: "-1"
            GET    | /api/v1/namespaces/default/configmaps?continue=%25 |     | 400 | BadRequest           | continue: not a token
            GET    | /api/v1/configmaps?labelSelector=a+b               |     | 400 | BadRequest           | unable to parse requirement "a b"
            GET    | /api/v1/configmaps?fieldSelector=a                 |     | 400 | BadRequest           | invalid fieldSelector "a"
            GET    | /api/v1/configmaps?watch=1&resourceVersion=x       |     | 400 | BadRequest           | resourceVersion: Invalid value: "x"
            POST   | /api/v1/namespaces/default/configmaps              | {   | 400 | BadRequest           | the body is not JSON
            POST   | /api/v1/namespaces/default/configmaps              | []  | 400 | BadRequest           | an object is expected
            POST   | /api/v1/namespaces/default/configmaps              | {}  | 422 | Invalid              | name or generateName is required
            PATCH  | /api/v1/namespaces/default/configmaps/x            | {}  | 415 | UnsupportedMediaType | application/json-patch+json
            DELETE | /api/v1/namespaces/default/configmaps/x?propagationPolicy=Up | {} | 400 | BadRequest  | supported values: "Background", "Foreground", "Orphan"
            """)
    void isAnsweredWithAStatus(String method, String path, String body, int code, String reason, String message)
            throws Exception {
        // When
        var status = send(method, path, body == null ? "" : body);
        // Then
        assertThat(status.path("kind").asText()).isEqualTo("Status");
        assertThat(status.path("code").asInt()).isEqualTo(code);
        assertThat(status.path("reason").asText()).isEqualTo(reason);
        assertThat(status.path("message").asText()).contains(message);
    }

    @Test
    void aBodyOverTheLimitIsRefused() throws Exception {
        // Given
        var body = "{\"data\":{\"x\":\"" + "a".repeat(4 << 20) + "\"}}";
        // When
        var status = send("POST", MAPS, body);
        // Then
        assertThat(status.path("code").asInt()).isEqualTo(413);
        assertThat(status.path("message").asText()).contains("limited to 3145728 bytes");
    }

    private JsonNode send(String method, String path, String body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(under.api.url() + path))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        try (var http = HttpClient.newHttpClient()) {
            var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            return new ObjectMapper().readTree(answer.body());
        }
    }
}
