package dev.kvcachepool.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.e2e.process.Program;
import dev.kvcachepool.prefixadvert.kafka.KafkaClients;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a cache-node says in LMCache's topic, as somebody reads it who knows the documented JSON alone. */
class CacheEventsOutIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TENANT = "tenant-7";

    private final String broker = Fixture.broker().address();
    private final String pool = Fixture.newPool();
    private final String topic = "cache-events-out-" + pool.replace('/', '-');
    private final KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
            Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    /** What is held by the events, and its size, by hash and salt; as LMCache's coordinator would have it. */
    private final Map<String, Long> directory = new TreeMap<>();

    private final List<JsonNode> events = new ArrayList<>();
    private long incarnation = -1;
    private long sequence;

    @BeforeEach
    void makeTheTopic() throws Exception {
        try (var admin = KafkaClients.of(broker).admin()) {
            admin.createTopics(List.of(new NewTopic(topic, Optional.of(1), Optional.empty())))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
        var partitions = List.of(new TopicPartition(topic, 0));
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    @AfterEach
    void close() {
        consumer.close();
    }

    private Program node(String... more) {
        var flags = new ArrayList<>(
                List.of("--kafka", broker, "--pool", pool, "--host-size", "64Mi", "--lmcache-events-topic", topic));
        flags.addAll(List.of(more));
        return Fixture.cacheNode("n0", flags.toArray(String[]::new));
    }

    @Test
    void aForeignConsumerKnowsWhatANodeHolds() {
        var inProcess = Fixture.MODEL + "@1@0@1234abcd@bfloat16";
        try (var node = node();
                var redis = Fixture.jedis(node)) {
            // When
            redis.set(Chunks.key(1), new byte[100]);
            redis.set(Chunks.key(2), new byte[200]);
            redis.set(salted(3), new byte[300]);
            redis.set(inProcess, "left out");
            redis.set("no engine's", "left out");
            // Then
            awaitDirectory(Map.of(hash(1), 100L, hash(2), 200L));

            // When one goes, and one gets another value
            redis.del(Chunks.key(1));
            redis.set(Chunks.key(2), new byte[250]);
            // Then
            awaitDirectory(Map.of(hash(2), 250L));

            // When all goes at once
            redis.flushAll();
            redis.set(Chunks.key(4), new byte[10]);
            // Then
            awaitDirectory(Map.of(hash(4), 10L));
        }
        // Then: a node that has ended holds nothing
        awaitDirectory(Map.of());
        long ended = incarnation;

        // When it comes back
        try (var node = node();
                var redis = Fixture.jedis(node)) {
            redis.set(Chunks.key(5), new byte[10]);
            awaitDirectory(Map.of(hash(5), 10L));
            assertThat(incarnation).isGreaterThan(ended);
        }
        assertThat(events.toString()).doesNotContain(TENANT, "1234abcd");
    }

    @Test
    void tenantsSaltsAreToldWhereTheUserSaysSo() throws Exception {
        // Given a router of the same pool, which reads the topic that its cache-nodes write
        try (var node = node("--lmcache-events-salts", "true");
                var redis = Fixture.jedis(node);
                var router = Fixture.router(
                        "--kafka",
                        broker,
                        "--pool",
                        pool,
                        "--lmcache-events-topic",
                        topic,
                        "--endpoint",
                        "n0=http://127.0.0.1:9@n0")) {
            // When two tenants and one without a salt store the same text's chunk, and one of them another
            redis.set(Chunks.key(1), new byte[100]);
            redis.set(salted(1), new byte[200]);
            redis.set(salted(2), new byte[300]);
            // Then each is told apart from the other
            awaitDirectory(Map.of(hash(1), 100L, hash(1) + "@" + TENANT, 200L, hash(2) + "@" + TENANT, 300L));

            // When the tenant's goes
            redis.del(salted(1));
            // Then the other one is there
            awaitDirectory(Map.of(hash(1), 100L, hash(2) + "@" + TENANT, 300L));

            // And the router has read it all, takes none of it for an engine's own memory, and steers by the adverts
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(metric(router, "kvcachepool_cache_events_taken_total"))
                        .isEqualTo(events.size());
                assertThat(finds(router, "", 1)).isTrue();
                assertThat(finds(router, TENANT, 2)).isTrue();
            });
            assertThat(metric(router, "kvcachepool_cache_events_instances")).isEqualTo(1);
            assertThat(metric(router, "kvcachepool_cache_events_chunks")).isZero();
            assertThat(metric(router, "kvcachepool_cache_events_malformed_total"))
                    .isZero();
            assertThat(finds(router, TENANT, 1)).isFalse();
            assertThat(finds(router, "", 2)).isFalse();
        }
        awaitDirectory(Map.of());
    }

    private static byte[] salted(int chunk) {
        return (new String(Chunks.key(chunk), StandardCharsets.UTF_8) + '@' + TENANT).getBytes(StandardCharsets.UTF_8);
    }

    private static double metric(Program router, String name) throws Exception {
        var line = Pattern.compile("^" + name + "(?:\\{[^}]*})? (\\S+)$", Pattern.MULTILINE)
                .matcher(call(router, HttpRequest.newBuilder(), "/metrics"));
        assertThat(line.find()).as(name).isTrue();
        return Double.parseDouble(line.group(1));
    }

    /** Whether the router would have a request find a chunk, by its hash and its salt. */
    private static boolean finds(Program router, String salt, int chunk) throws Exception {
        var body = """
                {"model": "%s", "salt": "%s", "follow": false,
                 "blockHashes": {"scheme": "lmcache-blake3", "hashes": ["%s"]}}
                """.formatted(Fixture.MODEL, salt, hash(chunk));
        var post = HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.ofString(body));
        return JSON.readTree(call(router, post, "/v1/pick"))
                        .at("/ranked/0/heldBlocks")
                        .asInt()
                == 1;
    }

    private static String call(Program router, HttpRequest.Builder request, String path) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            var answer = http.send(
                    request.uri(URI.create("http://" + router.address("http") + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return answer.body();
        }
    }

    private static String hash(int chunk) {
        return HexFormat.of().formatHex(Chunks.hash(chunk));
    }

    private void awaitDirectory(Map<String, Long> expected) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            for (var record : consumer.poll(Duration.ofMillis(200))) {
                assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo("n0");
                take(record.value());
            }
            assertThat(directory).isEqualTo(expected);
        });
    }

    private void take(byte[] value) throws IOException {
        var batches = JSON.readTree(value).required("batches");
        assertThat(batches).hasSize(1);
        var event = batches.get(0);
        events.add(event);
        assertThat(event.required("instance_id").textValue()).isEqualTo("n0");
        assertThat(event.required("tier").textValue()).isEqualTo("l1");
        assertThat(event.required("backend").textValue()).isEqualTo("kvcachepool/n0");
        assertThat(event.required("shared").booleanValue()).isTrue();
        assertThat(event.required("ts").doubleValue()).isPositive();
        number(event);
        for (var entry : event.required("entries")) {
            apply(event.required("event_type").textValue(), entry);
        }
    }

    /** Each incarnation counts from 1 without a gap, and voids the one before. */
    private void number(JsonNode event) {
        long life = event.required("incarnation").longValue();
        if (life != incarnation) {
            assertThat(life).isGreaterThan(incarnation);
            assertThat(event.required("event_type").textValue()).isEqualTo("config");
            assertThat(event.required("capacity_bytes").longValue()).isEqualTo(64 << 20);
            directory.clear();
            incarnation = life;
            sequence = 0;
        }
        assertThat(event.required("seq").longValue()).isEqualTo(++sequence);
    }

    private void apply(String type, JsonNode entry) {
        var key = entry.required("key");
        var fields = new TreeSet<String>();
        key.fieldNames().forEachRemaining(fields::add);
        assertThat(fields).containsExactly("cache_salt", "chunk_hash_hex", "kv_rank", "model_name", "object_group_id");
        assertThat(key.get("model_name").textValue()).isEqualTo(Fixture.MODEL);
        assertThat(key.get("kv_rank").longValue()).isEqualTo(0x01000100);
        assertThat(key.get("object_group_id").longValue()).isZero();
        assertThat(key.get("cache_salt").textValue()).isIn("", TENANT);
        assertThat(entry.required("token_ids")).isEmpty();
        assertThat(entry.required("token_offset").longValue()).isEqualTo(-1);
        var salt = key.get("cache_salt").textValue();
        var name = key.get("chunk_hash_hex").textValue() + (salt.isEmpty() ? "" : "@" + salt);
        if (type.equals("store")) {
            directory.put(name, entry.required("size_bytes").longValue());
        } else {
            assertThat(type).isEqualTo("delete");
            directory.remove(name);
        }
    }
}
