package dev.kvcachepool.e2e.outage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;

/** What a router shows of its table, through its API. */
final class RouterView {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final String address;

    RouterView(String address) {
        this.address = address;
    }

    JsonNode index() {
        return send(HttpRequest.newBuilder(uri("/v1/index")));
    }

    /** The row of a holder, missing where there is none. */
    JsonNode holder(String id) {
        for (var holder : index().path("holders")) {
            if (holder.path("id").asText().equals(id)) {
                return holder;
            }
        }
        return JSON.missingNode();
    }

    /** Of the chunks in this order, how many each endpoint holds from the first one on. */
    Map<String, Integer> heldBlocks(Collection<Chunk> chunks) {
        var hashes = chunks.stream().map(chunk -> '"' + chunk.hash() + '"').collect(Collectors.joining(","));
        var body = "{\"model\":\"%s\",\"follow\":false,\"blockHashes\":{\"scheme\":\"%s\",\"hashes\":[%s]}}"
                .formatted(Chunk.MODEL, Chunk.SCHEME, hashes);
        var ranked = send(HttpRequest.newBuilder(uri("/v1/pick")).POST(HttpRequest.BodyPublishers.ofString(body)))
                .path("ranked");
        return ranked.valueStream()
                .collect(Collectors.toMap(
                        row -> row.path("endpoint").asText(),
                        row -> row.path("heldBlocks").asInt()));
    }

    private URI uri(String path) {
        return URI.create("http://" + address + path);
    }

    private JsonNode send(HttpRequest.Builder request) {
        try {
            return JSON.readTree(answer(request));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String text(String path) {
        return answer(HttpRequest.newBuilder(uri(path)));
    }

    private String answer(HttpRequest.Builder request) {
        try {
            var response =
                    http.send(request.timeout(Duration.ofSeconds(30)).build(), HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IllegalStateException("status " + response.statusCode() + ": " + response.body());
            }
            return response.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
