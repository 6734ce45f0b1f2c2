package dev.kvcachepool.router.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.table.Liveness;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import dev.kvcachepool.router.pick.FakeAdverts;
import dev.kvcachepool.router.tokens.AnswerCache;
import dev.kvcachepool.router.tokens.EmbeddedTokenizer;
import dev.kvcachepool.router.tokens.EngineTokenizer;
import dev.kvcachepool.router.tokens.TestTokenizers;
import dev.kvcachepool.router.tokens.TokenSource;
import dev.kvcachepool.router.tokens.Tokenizers;
import dev.kvcachepool.router.tokens.Tokenizing;
import dev.kvcachepool.router.tokens.Workers;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts and chats, through the routes, to the engine whose node holds their prefix. */
class TokenizedRequestsTest {
    private static final String CHAT =
            "[{\"role\":\"user\",\"content\":\"The cache holds blocks of keys and values\"}]";

    @TempDir
    Path model;

    private final Workers workers = new Workers(1, 4);
    private final AnswerCache answers = new AnswerCache(1 << 20, System::nanoTime);
    private final Vertx vertx = Vertx.vertx();
    private final FakeAdverts adverts = new FakeAdverts()
            .node("n0", Liveness.FRESH, FakeAdverts.MODEL)
            .node("n1", Liveness.FRESH, FakeAdverts.MODEL);

    @BeforeEach
    void writeTheModelsFiles() throws Exception {
        Files.copy(TestTokenizers.folder("llama3").resolve("tokenizer.json"), model.resolve("tokenizer.json"));
        Files.writeString(model.resolve("tokenizer_config.json"), "{\"bos_token\":\"<|begin_of_text|>\"}");
        Files.writeString(
                model.resolve("chat_template.jinja"),
                "{{ bos_token }}{% for m in messages %}<|start_header_id|>{{ m.role }}<|end_header_id|>\n\n"
                        + "{{ m.content }}<|eot_id|>{% endfor %}");
    }

    @AfterEach
    void close() {
        workers.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void aChatGoesToTheHolderOfItsPrefix() throws Exception {
        // Given
        var text = "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nThe cache holds blocks of keys and "
                + "values<|eot_id|>";
        try (var away = new FakeEngine();
                var holder = new FakeEngine();
                var server = server(away, holder, embedded())) {
            server.holds("n1", tokens(text, false));

            // When
            var answer = server.postLater("/v1/chat/completions", "{\"model\":\"llama\",\"messages\":" + CHAT + "}");
            var call = holder.next();
            call.answer(200, "{}");

            // Then
            assertThat(call.body()).isEqualTo("{\"model\":\"llama\",\"messages\":" + CHAT + "}");
            var headers = answer.join().headers();
            assertThat(headers.firstValue("x-kvcachepool-endpoint")).hasValue("e1");
            assertThat(headers.firstValue("x-kvcachepool-held-blocks").orElse("0"))
                    .isNotEqualTo("0");
            assertThat(away.isAsked()).isFalse();
        }
    }

    @Test
    void aPickSaysWhereItsTokensAreFrom() throws Exception {
        // Given
        var text = "The cache holds blocks of keys and values";
        var tokens = tokens(text, true);
        try (var away = new FakeEngine();
                var holder = new FakeEngine();
                var server = server(away, holder, embedded())) {
            server.holds("n1", tokens);

            // When
            var answer = server.post("/v1/pick", "{\"model\":\"llama\",\"explain\":true,\"prompt\":\"" + text + "\"}");
            var image = server.post(
                    "/v1/pick",
                    "{\"model\":\"llama\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}]}");
            var unknown = server.post("/v1/pick", "{\"model\":\"other\",\"prompt\":\"x\"}");

            // Then
            assertThat(answer.body())
                    .contains("\"tokens\":{")
                    .contains("\"from\":\"tokenizer\"")
                    .contains("\"count\":" + tokens.length)
                    .contains("\"ranked\":[{\"endpoint\":\"e1\"")
                    .contains("holds " + tokens.length / 4 + " of " + tokens.length / 4 + " blocks");
            assertThat(image.body()).contains("load alone, the prompt is not of text alone");
            assertThat(unknown.body()).contains("the router has no tokenizer for the model");
            assertThat(server.counter("tokenized", "outcome", "tokens")).isEqualTo(1);
            assertThat(server.counter("tokenized", "outcome", "unsupported")).isEqualTo(1);
            assertThat(server.counter("tokenized", "outcome", "no-tokenizer")).isEqualTo(1);
        }
    }

    @Test
    void mistakesInAPickNameTheField() throws Exception {
        // Given
        try (var a = new FakeEngine();
                var b = new FakeEngine();
                var server = server(a, b, embedded())) {
            // When
            var both = server.post("/v1/pick", "{\"model\":\"m\",\"prompt\":\"x\",\"messages\":[]}");
            var kind = server.post("/v1/pick", "{\"model\":\"m\",\"messages\":\"x\"}");
            var truth = server.post("/v1/pick", "{\"model\":\"m\",\"messages\":[],\"add_generation_prompt\":1}");

            // Then
            assertThat(both.statusCode()).isEqualTo(400);
            assertThat(both.body()).contains("given together with messages");
            assertThat(kind.body()).contains("\"field\":\"messages\"").contains("an array of objects");
            assertThat(truth.body()).contains("add_generation_prompt").contains("true or false");
        }
    }

    @Test
    void anEngineIsAskedWhereTheModelSaysSo() throws Exception {
        // Given
        var tokens = new int[] {11, 12, 13, 14, 15, 16, 17, 18};
        try (var first = new FakeEngine();
                var second = new FakeEngine();
                var server = server(first, second, null)) {
            server.holds("n1", tokens);

            // When
            var answer = server.postLater(
                    "/v1/pick",
                    "{\"model\":\"llama\",\"explain\":true,\"add_generation_prompt\":false,\"messages\":" + CHAT + "}");
            var call = first.next();
            call.answer(
                    200, "{\"count\":8,\"max_model_len\":9,\"tokens\":[11,12,13,14,15,16,17,18],\"token_strs\":null}");

            // Then
            assertThat(call.head()).startsWith("POST /tokenize ");
            assertThat(call.body())
                    .contains("\"model\":\"llama\"")
                    .contains("\"add_generation_prompt\":false")
                    .contains("\"messages\":" + CHAT);
            assertThat(answer.join().body()).contains("\"from\":\"engine\"").contains("holds 2 of 2 blocks");
        }
    }

    @Test
    void anEngineThatDoesNotTokenizeLeavesTheLoad() throws Exception {
        // Given
        var pick = "{\"model\":\"llama\",\"prompt\":\"x\"}";
        try (var first = new FakeEngine();
                var second = new FakeEngine();
                var server = server(first, second, null)) {
            // When
            var refused = server.postLater("/v1/pick", pick);
            first.next().answer(404, "{}");
            var broken = server.postLater("/v1/pick", pick);
            second.next().answer(200, "{\"tokens\":[\"x\"]}");
            var silent = server.postLater("/v1/pick", pick);
            var held = first.next();

            // Then
            for (var answer : List.of(refused, broken, silent)) {
                assertThat(answer.join().statusCode()).isEqualTo(200);
                assertThat(answer.join().body()).contains("load alone, tokenizing failed");
            }
            assertThat(held.hungUp()).isTrue();
            assertThat(server.counter("tokenized", "outcome", "failed")).isEqualTo(3);
        }
    }

    @Test
    void whatAnEngineWasAskedBeforeItIsNotAskedAgain() throws Exception {
        // Given
        var pick = "{\"model\":\"llama\",\"prompt\":\"once more\"}";
        try (var first = new FakeEngine();
                var second = new FakeEngine();
                var server = server(first, second, null)) {
            var answer = server.postLater("/v1/pick", pick);
            first.next().answer(200, "{\"tokens\":[1,2,3,4,5]}");
            assertThat(answer.join().body()).contains("\"totalBlocks\":1");

            // When
            var again = server.post("/v1/pick", pick);
            var ofATenant = server.postLater("/v1/pick", pick.replace("}", ",\"salt\":\"tenant\"}"));
            second.next().answer(200, "{\"tokens\":[1,2,3,4,5,6,7,8]}");

            // Then: only the tenant's question went to an engine
            assertThat(again.body()).contains("\"totalBlocks\":1");
            assertThat(ofATenant.join().body()).contains("\"totalBlocks\":2");
            assertThat(answers.found()).isEqualTo(5);
            assertThat(answers.asked()).isEqualTo(5 + 8);
        }
    }

    private TokenSource embedded() {
        return new Tokenizers(1 << 20, workers, new EmbeddedTokenizer.Bounds(1 << 16, 1000)).read("llama", model);
    }

    private int[] tokens(String text, boolean addSpecialTokens) throws Exception {
        return new Tokenizers(1 << 20, workers, new EmbeddedTokenizer.Bounds(1 << 16, 1000))
                .tokenizer("llama", model)
                .tokens(text, addSpecialTokens, "", 1000);
    }

    /** A server of two endpoints, whose tokens are from {@code source}, or from the engines where that is null. */
    private RouterServer server(FakeEngine first, FakeEngine second, @Nullable TokenSource source) {
        var endpoints = List.of("e0=" + first.url() + "@n0", "e1=" + second.url() + "@n1");
        return new RouterServer(adverts, Duration.ofSeconds(10), endpoints, (metrics, known) -> {
            var given = source == null
                    ? new EngineTokenizer("llama", vertx, known, workers, answers, 1000, Duration.ofMillis(400))
                    : source;
            return new Tokenizing(Map.of("llama", given), new SaltKey("k"), metrics);
        });
    }
}
