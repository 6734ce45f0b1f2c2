package dev.kvcachepool.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.prefixadvert.kafka.KafkaClients;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** From LMCache's cache events on a real broker to a router's picks. */
class CacheEventsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TOPIC = "cache-events-it";

    private final HttpClient http = HttpClient.newHttpClient();
    private final String pool = Fixture.newPool();
    private final String broker = Fixture.broker().address();

    @Test
    void whatAnInstanceHasInItsOwnMemoryDrawsRequests() throws Exception {
        // Given events from before the router was there, one record of which is none
        var clients = KafkaClients.of(broker);
        try (var admin = clients.admin();
                var producer = clients.producer();
                var node = Fixture.cacheNode("cut", "--kafka", broker, "--pool", pool, "--host-size", "64Mi")) {
            node.await();
            admin.createTopics(List.of(new NewTopic(TOPIC, Optional.of(2), Optional.empty())))
                    .all()
                    .get(30, TimeUnit.SECONDS);
            send(producer, 1, 1, "store", 0);
            send(producer, "{\"batches\": \"none\"}");
            send(producer, 1, 2, "store", 1);
            try (var router = Fixture.router(
                    "--kafka",
                    broker,
                    "--pool",
                    pool,
                    "--lmcache-events-topic",
                    TOPIC,
                    "--endpoint",
                    "other=http://127.0.0.1:9",
                    "--endpoint",
                    "holder=http://127.0.0.1:9")) {
                // Then its endpoint is first
                await().atMost(PATIENCE)
                        .untilAsserted(
                                () -> assertThat(held(router.address("http"))).isEqualTo(2));
                assertThat(pick(router.address("http")).at("/ranked/0/endpoint").asText())
                        .isEqualTo("holder");

                // When a chunk goes, and one comes again under a number that was there
                send(producer, 1, 3, "delete", 1);
                send(producer, 1, 2, "store", 1);
                await().atMost(PATIENCE)
                        .untilAsserted(
                                () -> assertThat(held(router.address("http"))).isEqualTo(1));

                // When the instance lives anew
                send(producer, 2, 1, "store", 4);
                await().atMost(PATIENCE)
                        .untilAsserted(
                                () -> assertThat(held(router.address("http"))).isZero());
            }
        }
    }

    private static void send(Producer<byte[], byte[]> producer, int incarnation, int sequence, String type, int chunk)
            throws Exception {
        send(producer, """
                {"batches": [{"instance_id": "holder", "incarnation": %d, "seq": %d, "event_type": "%s", "tier": "l1",
                  "backend": "cpu", "shared": false, "ts": 1.5, "entries": [{"key": {"chunk_hash_hex": "%s",
                  "model_name": "%s", "kv_rank": 16777472, "object_group_id": 0, "cache_salt": ""}, "size_bytes": 1}]}]}
                """.formatted(
                        incarnation, sequence, type, HexFormat.of().formatHex(Chunks.hash(chunk)), Fixture.MODEL));
    }

    private static void send(Producer<byte[], byte[]> producer, String value) throws Exception {
        producer.send(new ProducerRecord<>(TOPIC, bytes("holder"), bytes(value)))
                .get(10, TimeUnit.SECONDS);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private int held(String router) throws Exception {
        for (var ranked : pick(router).path("ranked")) {
            if (ranked.path("endpoint").asText().equals("holder")) {
                return ranked.path("heldBlocks").asInt();
            }
        }
        return -1;
    }

    private JsonNode pick(String router) throws Exception {
        var hashes = IntStream.range(0, 5)
                .mapToObj(number -> '"' + HexFormat.of().formatHex(Chunks.hash(number)) + '"')
                .collect(Collectors.joining(","));
        var body = "{\"model\":\"%s\",\"follow\":false,\"blockHashes\":{\"scheme\":\"lmcache-blake3\",\"hashes\":[%s]}}"
                .formatted(Fixture.MODEL, hashes);
        var request = HttpRequest.newBuilder(URI.create("http://" + router + "/v1/pick"))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return JSON.readTree(
                http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }
}
