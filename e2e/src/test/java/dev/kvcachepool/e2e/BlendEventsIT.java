package dev.kvcachepool.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.e2e.process.Program;
import dev.kvcachepool.prefixadvert.kafka.KafkaClients;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * From LMCache's cache events with tokens, on a real broker, and values in a real cache-node to what a router answers to
 * {@code POST /v1/blend-lookup}. Chunks of the pool have 512 tokens.
 */
class BlendEventsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CHUNK = 512;
    private static final String TENANT = "tenant-7";

    private final HttpClient http = HttpClient.newHttpClient();
    private final String pool = Fixture.newPool();
    private final String topic = "blend-events-" + pool.replace('/', '-');
    private final String broker = Fixture.broker().address();
    private final KafkaClients clients = KafkaClients.of(broker);
    private final Producer<byte[], byte[]> producer = clients.producer();
    private int sequence;

    @BeforeEach
    void makeTheTopic() throws Exception {
        try (var admin = clients.admin()) {
            admin.createTopics(List.of(new NewTopic(topic, Optional.of(2), Optional.empty())))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    @AfterEach
    void close() {
        producer.close();
    }

    private Program router() {
        return Fixture.router(
                "--kafka",
                broker,
                "--pool",
                pool,
                "--lmcache-events-topic",
                topic,
                "--endpoint",
                "engine=http://127.0.0.1:9");
    }

    @Test
    void chunksThatAreHeldAreFoundAnywhereInAPrompt() throws Exception {
        // Given what an instance stored before the router was there, and what nobody can read
        try (var node = Fixture.cacheNode("blender", "--kafka", broker, "--pool", pool, "--host-size", "64Mi");
                var redis = Fixture.jedis(node)) {
            redis.set(Chunks.key(1), new byte[100]);
            redis.set(Chunks.key(2), new byte[100]);
            stored(1, 0, text(1), "");
            send("{\"batches\": [{\"instance_id\": 5}]}");
            stored(2, CHUNK, text(2), "");
            stored(3, 2 * CHUNK, text(3), "");
            try (var router = router()) {
                // Then what the node holds is found where it is now, and what nobody holds is not
                awaitMatches(
                        router,
                        prompt("", new int[7], text(2), new int[1], text(3), text(1)),
                        match(2, CHUNK, 7),
                        match(1, 0, 7 + CHUNK + 1 + CHUNK));

                // When a chunk is stored while the router runs
                redis.set(Chunks.key(4), new byte[100]);
                stored(4, 0, text(4), "");
                awaitMatches(router, prompt("", text(4)), match(4, 0, 0));

                // When a value goes
                redis.del(Chunks.key(2));
                awaitMatches(router, prompt("", new int[7], text(2), text(1)), match(1, 0, 7 + CHUNK));
            }
        }
    }

    @Test
    void whatATenantStoredIsFoundUnderItsSaltOnly() throws Exception {
        // Given one text, stored by a tenant and by nobody in particular
        try (var node = Fixture.cacheNode("blender", "--kafka", broker, "--pool", pool, "--host-size", "64Mi");
                var redis = Fixture.jedis(node);
                var router = router()) {
            var salted = new String(Chunks.key(1), StandardCharsets.UTF_8) + '@' + TENANT;
            redis.set(salted.getBytes(StandardCharsets.UTF_8), new byte[100]);
            redis.set(Chunks.key(2), new byte[100]);
            stored(1, 0, text(1), TENANT);
            // When
            stored(2, CHUNK, text(2), "");
            // Then
            awaitMatches(router, prompt(TENANT, new int[3], text(1), text(2)), match(1, 0, 3));
            awaitMatches(router, prompt("", new int[3], text(1), text(2)), match(2, CHUNK, 3 + CHUNK));
            awaitMatches(router, prompt("another", new int[3], text(1), text(2)));
        }
    }

    /** A chunk's own tokens. */
    private static int[] text(int chunk) {
        return IntStream.range(0, CHUNK).map(i -> chunk * 1000 + i).toArray();
    }

    private void stored(int chunk, int position, int[] tokens, String salt) throws Exception {
        send("""
                {"batches": [{"instance_id": "engine", "incarnation": 1, "seq": %d, "event_type": "store", "tier": "l2",
                  "backend": "kvcachepool", "shared": true, "ts": 1.5, "entries": [{"key": {"chunk_hash_hex": "%s",
                  "model_name": "%s", "kv_rank": 16777472, "object_group_id": 0, "cache_salt": "%s"}, "size_bytes": 100,
                  "token_ids": %s, "token_offset": %d}]}]}
                """.formatted(++sequence, hash(chunk), Fixture.MODEL, salt, Arrays.toString(tokens), position));
    }

    private void send(String value) throws Exception {
        producer.send(new ProducerRecord<>(
                        topic, "engine".getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8)))
                .get(10, TimeUnit.SECONDS);
    }

    private static String hash(int chunk) {
        return HexFormat.of().formatHex(Chunks.hash(chunk));
    }

    private static String match(int chunk, int then, int now) {
        return hash(chunk) + " from " + then + " at " + now + " on blender";
    }

    private static String prompt(String salt, int[]... texts) {
        var tokens = Arrays.stream(texts).flatMapToInt(Arrays::stream).toArray();
        return "{\"model\":\"%s\",\"salt\":\"%s\",\"tokens\":%s}"
                .formatted(Fixture.MODEL, salt, Arrays.toString(tokens));
    }

    private void awaitMatches(Program router, String prompt, String... expected) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(matches(router, prompt)).containsExactly(expected));
    }

    private List<String> matches(Program router, String prompt) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://" + router.address("http") + "/v1/blend-lookup"))
                .POST(HttpRequest.BodyPublishers.ofString(prompt))
                .build();
        var answer = JSON.readTree(
                http.send(request, HttpResponse.BodyHandlers.ofString()).body());
        assertThat(answer.path("indexReady").asBoolean()).isTrue();
        return answer.path("matches").valueStream().map(BlendEventsIT::line).toList();
    }

    private static String line(JsonNode match) {
        assertThat(match.path("tokens").asInt()).isEqualTo(CHUNK);
        assertThat(match.path("holders")).hasSize(1);
        var holder = match.path("holders").path(0);
        assertThat(holder.path("tier").asText()).isEqualTo("host");
        return match.path("hash").asText() + " from " + match.path("positionThen") + " at " + match.path("positionNow")
                + " on " + holder.path("node").asText();
    }
}
