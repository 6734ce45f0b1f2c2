package dev.kvcachepool.engine.blend;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.engine.pool.ChunkKeys;
import dev.kvcachepool.engine.pool.MovedChunk;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jboss.logging.Logger;

/** Asks a router's {@code POST /v1/blend-lookup}. Thread-safe. */
public final class RouterLookup implements AnyPositionLookup {
    private static final Logger LOG = Logger.getLogger(RouterLookup.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(1))
            .build();
    private final URI address;
    private final ChunkKeys keys;
    private final Duration timeout;

    /**
     * Asks a router.
     *
     * @param router its base address
     * @param keys of the model that is asked about
     * @param timeout of one question: what a router that hangs costs a prompt
     */
    public RouterLookup(URI router, ChunkKeys keys, Duration timeout) {
        this.address = router.resolve("/v1/blend-lookup");
        this.keys = keys;
        this.timeout = timeout;
    }

    @Override
    public List<MovedChunk> find(int[] prompt, List<byte[]> own, String salt) throws InterruptedException {
        try {
            var request = HttpRequest.newBuilder(address)
                    .timeout(timeout)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofByteArray(body(prompt, salt)))
                    .build();
            var answer = client.send(request, BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                LOG.debugf("%s answers %d", address, answer.statusCode());
                return List.of();
            }
            return matches(JSON.readTree(answer.body()).path("matches"), prompt, own, salt);
        } catch (IOException e) {
            LOG.debugf(e, "%s does not answer", address);
            return List.of();
        }
    }

    private byte[] body(int[] prompt, String salt) throws JsonProcessingException {
        var body = JSON.createObjectNode().put("model", keys.model());
        if (!salt.isEmpty()) {
            body.put("salt", salt);
        }
        var tokens = body.putArray("tokens");
        for (int token : prompt) {
            tokens.add(token);
        }
        return JSON.writeValueAsBytes(body);
    }

    /**
     * Those that can be used: of whole hashes, or of the prompt's own prefix, whose hashes the router knows by their first half.
     */
    private List<MovedChunk> matches(JsonNode matches, int[] prompt, List<byte[]> own, String salt) {
        var found = new ArrayList<MovedChunk>();
        for (var match : matches) {
            int now = match.path("positionNow").asInt(-1);
            int then = match.path("positionThen").asInt(-1);
            boolean inside = now >= 0 && then >= 0 && now + keys.chunkTokens() <= prompt.length;
            if (inside && match.path("tokens").asInt() == keys.chunkTokens()) {
                var hash = match.path("hash").asText();
                var key = then == now && now % keys.chunkTokens() == 0 ? own.get(now / keys.chunkTokens()) : null;
                if (key != null && keys.hash(key).startsWith(hash)) {
                    found.add(new MovedChunk(key, then, now));
                } else if (ChunkKeys.isHash(hash)) {
                    found.add(new MovedChunk(keys.key(hash, salt), then, now));
                }
            }
        }
        found.sort(Comparator.comparingInt(MovedChunk::now));
        return withoutOverlap(found);
    }

    private List<MovedChunk> withoutOverlap(List<MovedChunk> sorted) {
        var kept = new ArrayList<MovedChunk>(sorted.size());
        int free = 0;
        for (var chunk : sorted) {
            if (chunk.now() >= free) {
                kept.add(chunk);
                free = chunk.now() + keys.chunkTokens();
            }
        }
        return List.copyOf(kept);
    }
}
