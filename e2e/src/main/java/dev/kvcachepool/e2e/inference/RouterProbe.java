package dev.kvcachepool.e2e.inference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** What a router knows by now. */
final class RouterProbe {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newHttpClient();
    private final String router;
    private final String model;

    /**
     * A probe.
     *
     * @param router {@code host:port}
     */
    RouterProbe(String router, String model) {
        this.router = router;
        this.model = model;
    }

    /** Waits until all whole chunks of the texts are found behind a token that none of them begins with. */
    void awaitAnywhere(List<int[]> texts, String salt) throws InterruptedException {
        for (var text : texts) {
            var moved = Texts.concat(new int[] {0}, text);
            await(() -> ask("/v1/blend-lookup", moved, salt).path("matches").size() >= text.length / Rig.CHUNK_TOKENS);
        }
    }

    /** Waits until some endpoint is known to hold a text's whole chunks as a prefix. */
    void awaitPrefix(int[] text, String salt) throws InterruptedException {
        int chunks = text.length / Rig.CHUNK_TOKENS;
        await(() -> {
            for (var ranked : ask("/v1/pick", text, salt).path("ranked")) {
                if (ranked.path("heldBlocks").asInt() >= chunks) {
                    return true;
                }
            }
            return false;
        });
    }

    private static void await(BooleanSupplier known) throws InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!known.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the router does not hear of what was stored within " + LIMIT);
            }
            Thread.sleep(50);
        }
    }

    private JsonNode ask(String path, int[] prompt, String salt) {
        var body = JSON.createObjectNode().put("model", model).put("salt", salt);
        if (path.equals("/v1/pick")) {
            body.put("follow", false);
        }
        var tokens = body.putArray("tokens");
        for (int token : prompt) {
            tokens.add(token);
        }
        var request = HttpRequest.newBuilder(URI.create("http://" + router + path))
                .POST(BodyPublishers.ofString(body.toString()))
                .build();
        try {
            return JSON.readTree(http.send(request, BodyHandlers.ofByteArray()).body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
