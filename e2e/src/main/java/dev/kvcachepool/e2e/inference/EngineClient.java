package dev.kvcachepool.e2e.inference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Locale;

/** Asks an engine, or a router before engines, for streamed completions of token ids. Thread-safe. */
public final class EngineClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String STORING = "kvcachepool_engine_chunks_storing{";
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI completions;
    private final URI metrics;
    private final String model;

    /**
     * A client.
     *
     * @param address {@code host:port}
     */
    public EngineClient(String address, String model) {
        this.completions = URI.create("http://" + address + "/v1/completions");
        this.metrics = completions.resolve("/metrics");
        this.model = model;
    }

    /** Asks and waits for the whole answer. */
    public Answer ask(int[] prompt, int maxTokens, String salt) {
        var request = HttpRequest.newBuilder(completions)
                .timeout(LIMIT)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body(prompt, maxTokens, salt)))
                .build();
        long start = System.nanoTime();
        try {
            var response = http.send(request, BodyHandlers.ofInputStream());
            try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
                if (response.statusCode() != 200) {
                    throw new IOException(completions + " answers " + response.statusCode() + ": " + lines.readLine());
                }
                return read(lines, start);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /**
     * Waits until the engine has stored what it computed, or given that up.
     *
     * @throws IllegalStateException where it has not after 5 minutes
     */
    public void awaitStored() throws InterruptedException {
        awaitStored(LIMIT);
    }

    void awaitStored(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        for (double left = storing(); left > 0; left = storing()) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(String.format(
                        Locale.ROOT, "%s: %.0f chunks still wait to be stored after %s", metrics, left, limit));
            }
            Thread.sleep(20);
        }
    }

    private double storing() throws InterruptedException {
        var request = HttpRequest.newBuilder(metrics).timeout(LIMIT).build();
        try {
            var text = http.send(request, BodyHandlers.ofString()).body();
            return text.lines()
                    .filter(line -> line.startsWith(STORING))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String body(int[] prompt, int maxTokens, String salt) {
        var body = JSON.createObjectNode()
                .put("model", model)
                .put("max_tokens", maxTokens)
                .put("stream", true);
        if (!salt.isEmpty()) {
            body.put("cache_salt", salt);
        }
        var tokens = body.putArray("prompt");
        for (int token : prompt) {
            tokens.add(token);
        }
        return body.toString();
    }

    private static Answer read(BufferedReader lines, long start) throws IOException {
        var tokens = new ArrayList<Integer>();
        double first = 0;
        JsonNode usage = JSON.createObjectNode();
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("data: {")) {
                var event = JSON.readTree(line.substring("data: ".length()));
                for (var token : event.path("choices").path(0).path("token_ids")) {
                    if (tokens.isEmpty()) {
                        first = (System.nanoTime() - start) / 1e6;
                    }
                    tokens.add(token.asInt());
                }
                usage = event.has("usage") ? event.path("usage").path("kv_cache") : usage;
            }
        }
        if (tokens.isEmpty()) {
            throw new IOException("an answer without a token");
        }
        return new Answer(
                tokens,
                first,
                (System.nanoTime() - start) / 1e6,
                usage.path("prefix_tokens").asInt(),
                usage.path("moved_tokens").asInt(),
                usage.path("recomputed_tokens").asInt(),
                usage.path("bytes_read").asLong());
    }
}
