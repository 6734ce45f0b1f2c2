package dev.kvcachepool.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.kvcachepool.e2e.engine.BlockBytes;
import dev.kvcachepool.e2e.process.Program;
import dev.kvcachepool.prefixadvert.hash.BlockHashers;
import dev.kvcachepool.prefixadvert.hash.HashScheme;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Texts and chats through a router process, a real broker and a real cache-node: the router's tokens, and with them its block
 * hashes, are those of Hugging Face's own library, which the chunks at the node were made by.
 */
class TokenizedIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MODEL = "chat-8b";
    private static final int CHUNK_TOKENS = 16;
    private static final Path TOKENIZER = Fixture.ROOT.resolve("router/src/test/resources/tokenizers/llama3");

    private final HttpClient http = HttpClient.newHttpClient();

    /** A text of some chunks and its tokens, without and with what the model's texts begin with. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Golden(String text, int[] tokens, int[] withSpecials) {
        static Golden longest() throws IOException {
            for (var each : JSON.readTree(Files.readString(TOKENIZER.resolve("goldens.json")))) {
                if (each.get("ids").size() > 4 * CHUNK_TOKENS
                        && each.get("text").textValue().startsWith("The The")) {
                    return new Golden(
                            each.get("text").textValue(), ids(each.get("ids")), ids(each.get("withSpecials")));
                }
            }
            throw new IOException("no golden text is long enough");
        }

        private static int[] ids(JsonNode ids) {
            return StreamSupport.stream(ids.spliterator(), false)
                    .mapToInt(JsonNode::intValue)
                    .toArray();
        }
    }

    @Test
    void aChatGoesToTheHolderOfItsPrefixByTheRoutersOwnTokenizer() throws Exception {
        // Given a node with the chunks of a chat, and engines beside it and elsewhere
        var golden = Golden.longest();
        var pool = Fixture.newPool();
        var broker = Fixture.broker().address();
        try (var node = node(broker, pool);
                var beside = new StandIn(new int[0]);
                var elsewhere = new StandIn(new int[0]);
                var router = router(broker, pool, MODEL + "=" + model(), elsewhere, beside)) {
            store(node, golden.tokens());
            var chat = "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":%s}]}"
                    .formatted(MODEL, JSON.writeValueAsString(golden.text()));
            await().atMost(PATIENCE).until(() -> held(router, chat) == golden.tokens().length / CHUNK_TOKENS);

            // When
            var answer = post(router, "/v1/chat/completions", chat);

            // Then
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("x-kvcachepool-endpoint")).hasValue("beside");
            assertThat(beside.bodies).containsExactly(chat);
            assertThat(elsewhere.bodies).isEmpty();
        }
    }

    @Test
    void aTextGoesToTheHolderOfItsPrefixByAnEnginesTokenizer() throws Exception {
        // Given
        var golden = Golden.longest();
        var pool = Fixture.newPool();
        var broker = Fixture.broker().address();
        try (var node = node(broker, pool);
                var beside = new StandIn(golden.withSpecials());
                var elsewhere = new StandIn(golden.withSpecials());
                var router = router(broker, pool, MODEL + "=engine", elsewhere, beside)) {
            store(node, golden.withSpecials());
            var text = "{\"model\":\"%s\",\"prompt\":%s}".formatted(MODEL, JSON.writeValueAsString(golden.text()));
            await().atMost(PATIENCE).until(() -> held(router, text) == golden.withSpecials().length / CHUNK_TOKENS);

            // When
            var answer = post(router, "/v1/completions", text);

            // Then
            assertThat(answer.headers().firstValue("x-kvcachepool-endpoint")).hasValue("beside");
            assertThat(beside.bodies).containsExactly(text);
        }
    }

    /** Not an engine: answers any completion with the same words, and {@code /tokenize} with the tokens it was given. */
    private static final class StandIn implements AutoCloseable {
        final Queue<String> bodies = new ConcurrentLinkedQueue<>();
        private final HttpServer server;

        StandIn(int[] tokens) throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            answer("/tokenize", JSON.writeValueAsString(tokens), null);
            answer("/v1/", "[]", bodies);
            server.start();
        }

        private void answer(String path, String tokens, @Nullable Queue<String> kept) {
            server.createContext(path, exchange -> {
                var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                if (kept != null) {
                    kept.add(body);
                }
                var json = "{\"note\":\"a stand-in, not an engine\",\"tokens\":" + tokens + "}";
                var bytes = json.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, bytes.length);
                exchange.getResponseBody().write(bytes);
                exchange.close();
            });
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort();
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    private static Program node(String broker, String pool) {
        return Fixture.cacheNode(
                "holder",
                "--kafka",
                broker,
                "--pool",
                pool,
                "--host-size",
                "64Mi",
                "--model",
                "name=" + MODEL + ",chunk-tokens=" + CHUNK_TOKENS + ",scheme=lmcache-blake3");
    }

    private static void store(Program node, int[] tokens) {
        try (var jedis = Fixture.jedis(node)) {
            for (var hash :
                    BlockHashers.of(HashScheme.LMCACHE_BLAKE3, CHUNK_TOKENS).chain(tokens)) {
                var key = MODEL + "@01000100@0@" + HexFormat.of().formatHex(hash);
                jedis.set(key.getBytes(StandardCharsets.UTF_8), BlockBytes.make(hash, 64 << 10));
            }
        }
    }

    /** The tokenizer with a template that writes a chat's contents and nothing else. */
    private static Path model() throws IOException {
        var folder = Fixture.work("tokenizer");
        Files.copy(TOKENIZER.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
        Files.writeString(folder.resolve("chat_template.jinja"), "{% for m in messages %}{{ m.content }}{% endfor %}");
        return folder;
    }

    private static Program router(String broker, String pool, String tokenizer, StandIn elsewhere, StandIn beside) {
        return Fixture.router(
                "--kafka",
                broker,
                "--pool",
                pool,
                "--tokenizer",
                tokenizer,
                "--endpoint",
                "elsewhere=" + elsewhere.url() + "@nobody",
                "--endpoint",
                "beside=" + beside.url() + "@holder");
    }

    /** Blocks that the endpoint beside the node holds of a request, as a pick of the same fields has it. */
    private int held(Program router, String request) throws Exception {
        var answer = post(router, "/v1/pick", request.substring(0, request.length() - 1) + ",\"follow\":false}");
        for (var ranked : JSON.readTree(answer.body()).path("ranked")) {
            if (ranked.path("endpoint").asText().equals("beside")) {
                return ranked.path("heldBlocks").asInt();
            }
        }
        return -1;
    }

    private HttpResponse<String> post(Program router, String path, String body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://" + router.address("http") + path))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
