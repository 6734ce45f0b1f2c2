package dev.kvcachepool.engine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.engine.model.ModelShape;
import dev.kvcachepool.engine.model.Transformer;
import dev.kvcachepool.engine.serve.Engine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineServerTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static Engine engine;
    private static EngineServer server;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        var shape = new ModelShape(2, 64, 128, 2, 1, 256, 4096, 10_000);
        engine = new Engine(Transformer.seeded(shape, 5), null);
        server = new EngineServer(engine, "seeded", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterAll
    static void end() {
        server.close();
        engine.close();
    }

    private static HttpResponse<String> post(String body) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/v1/completions"))
                .POST(BodyPublishers.ofString(body))
                .build();
        return HTTP.send(request, BodyHandlers.ofString());
    }

    private static String get(String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .build();
        return HTTP.send(request, BodyHandlers.ofString()).body();
    }

    @Test
    void aStreamHasTheTokensOfTheWholeAnswer() throws IOException, InterruptedException {
        // Given
        var whole = JSON.readTree(post("{\"prompt\": [1, 2, 3], \"max_tokens\": 5, \"temperature\": {\"x\": [1]}}")
                .body());

        // When
        var stream = post("{\"model\": \"seeded\", \"prompt\": [1, 2, 3], \"max_tokens\": 5, \"stream\": true}");

        // Then
        var tokens = new ArrayList<Integer>();
        var lines = stream.body().lines().filter(line -> !line.isEmpty()).toList();
        for (var line : lines.subList(0, lines.size() - 1)) {
            JSON.readTree(line.substring("data: ".length()))
                    .path("choices")
                    .path(0)
                    .path("token_ids")
                    .forEach(token -> tokens.add(token.asInt()));
        }
        assertThat(stream.headers().firstValue("Content-Type")).hasValue("text/event-stream");
        assertThat(lines.getLast()).isEqualTo("data: [DONE]");
        assertThat(tokens).hasSize(5);
        assertThat(whole.path("choices").path(0).path("token_ids").toString())
                .isEqualTo(tokens.toString().replace(" ", ""));
        assertThat(whole.path("usage").path("total_tokens").asInt()).isEqualTo(8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[]                                          | 400 | the body is no JSON object",
                "{\"prompt\": [1                             | 400 | the body is no JSON that is allowed",
                "{}                                          | 400 | prompt is missing, allowed is an array of token ids",
                "{\"prompt\": \"hello\"}                     | 400 | prompt is a string, allowed is an array of token ids: this engine has no tokenizer",
                "{\"prompt\": [1, 2.5]}                      | 400 | prompt is a number float, allowed is a whole number",
                "{\"prompt\": [1, 256]}                      | 400 | prompt has the token 256, allowed are 0 to 255",
                "{\"prompt\": [1], \"max_tokens\": 0}        | 400 | a prompt and its answer have at least one token each",
                "{\"prompt\": [1], \"max_tokens\": 99999999999} | 400 | max_tokens is a number int, allowed is a whole number",
                "{\"prompt\": [1], \"stream\": true, \"max_tokens\": 4096} | 400 | prompt has 1 tokens and max_tokens is 4096, allowed are 4096 together",
                "{\"prompt\": [1], \"cache_salt\": \"a@b\"}  | 400 | cache_salt is of another form, allowed are 128 characters without @ / \\ and NUL",
                "{\"prompt\": [1], \"model\": \"another\"}   | 404 | model is 'another', allowed is seeded"
            })
    void whatCannotBeAnsweredIsRefusedByName(String body, int status, String message)
            throws IOException, InterruptedException {
        // When
        var answer = post(body);

        // Then
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(JSON.readTree(answer.body()).path("error").path("message").asText())
                .isEqualTo(message);
    }

    @Test
    void aBodyIsNotReadWithoutEnd() throws IOException, InterruptedException {
        assertThat(post("{\"prompt\": [" + "1, ".repeat(2 << 20)).statusCode()).isEqualTo(413);
    }

    @Test
    void aClientThatLeavesEndsItsPrompt() throws IOException {
        // Given
        var body = "{\"prompt\": [1, 2, 3], \"max_tokens\": 4000, \"stream\": true}";
        try (var client = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            client.getOutputStream()
                    .write(("POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length() + "\r\n\r\n"
                                    + body)
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(client.getInputStream().readNBytes(100)).hasSize(100);

            // When
        }

        // Then
        await().atMost(Duration.ofSeconds(20)).until(() -> engine.running() == 0);
    }

    @Test
    void routersReadItsLoadByVllmsNames() throws IOException, InterruptedException {
        assertThat(get("/metrics"))
                .contains("vllm:num_requests_running{model_name=\"seeded\"} ")
                .contains("vllm:num_requests_waiting{model_name=\"seeded\"} 0");
        assertThat(get("/v1/models")).contains("\"id\":\"seeded\"");
        assertThat(get("/v1/completions")).contains("method is GET, allowed is POST");
    }
}
