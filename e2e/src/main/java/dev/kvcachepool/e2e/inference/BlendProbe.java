package dev.kvcachepool.e2e.inference;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;

/** Whether a router finds texts at any position yet. */
final class BlendProbe {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ATTEMPTS = 300;

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI lookup;
    private final String model;

    BlendProbe(String router, String model) {
        this.lookup = URI.create("http://" + router + "/v1/blend-lookup");
        this.model = model;
    }

    /** Waits until all whole chunks of the texts are found behind a token that none of them begins with. */
    void awaitAll(List<int[]> texts, String salt) throws InterruptedException {
        for (var text : texts) {
            int chunks = text.length / Rig.CHUNK_TOKENS;
            for (int attempt = 0; found(Texts.concat(new int[] {0}, text), salt) < chunks; attempt++) {
                if (attempt == ATTEMPTS) {
                    throw new IllegalStateException("the router does not find a text at another position");
                }
                Thread.sleep(100);
            }
        }
    }

    private int found(int[] prompt, String salt) throws InterruptedException {
        var body = JSON.createObjectNode().put("model", model).put("salt", salt);
        var tokens = body.putArray("tokens");
        for (int token : prompt) {
            tokens.add(token);
        }
        var request = HttpRequest.newBuilder(lookup)
                .POST(BodyPublishers.ofString(body.toString()))
                .build();
        try {
            var answer = http.send(request, BodyHandlers.ofByteArray());
            return JSON.readTree(answer.body()).path("matches").size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
