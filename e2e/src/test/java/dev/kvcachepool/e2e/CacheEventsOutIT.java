package dev.kvcachepool.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.e2e.process.Program;
import dev.kvcachepool.prefixadvert.kafka.KafkaClients;
import java.io.IOException;
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
    private static final String TOPIC = "cache-events-out-it";

    private final String broker = Fixture.broker().address();
    private final String pool = Fixture.newPool();
    private final KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
            Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    /** What is held by the events, and its size, by key; as LMCache's coordinator would have it. */
    private final Map<String, Long> directory = new TreeMap<>();

    private final List<JsonNode> events = new ArrayList<>();
    private long incarnation = -1;
    private long sequence;

    @BeforeEach
    void makeTheTopic() throws Exception {
        try (var admin = KafkaClients.of(broker).admin()) {
            admin.createTopics(List.of(new NewTopic(TOPIC, Optional.of(1), Optional.empty())))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
        var partitions = List.of(new TopicPartition(TOPIC, 0));
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    @AfterEach
    void close() {
        consumer.close();
    }

    private Program node() {
        return Fixture.cacheNode(
                "n0", "--kafka", broker, "--pool", pool, "--host-size", "64Mi", "--lmcache-events-topic", TOPIC);
    }

    @Test
    void aForeignConsumerKnowsWhatANodeHolds() {
        var salted = new String(Chunks.key(3), StandardCharsets.UTF_8) + "@tenant";
        var inProcess = Fixture.MODEL + "@1@0@1234abcd@bfloat16";
        try (var node = node();
                var redis = Fixture.jedis(node)) {
            // When
            redis.set(Chunks.key(1), new byte[100]);
            redis.set(Chunks.key(2), new byte[200]);
            redis.set(salted.getBytes(StandardCharsets.UTF_8), new byte[300]);
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
        assertThat(events.toString()).doesNotContain("tenant", "1234abcd");
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
        assertThat(key.get("cache_salt").textValue()).isEmpty();
        assertThat(entry.required("token_ids")).isEmpty();
        assertThat(entry.required("token_offset").longValue()).isEqualTo(-1);
        var hash = key.get("chunk_hash_hex").textValue();
        if (type.equals("store")) {
            directory.put(hash, entry.required("size_bytes").longValue());
        } else {
            assertThat(type).isEqualTo("delete");
            directory.remove(hash);
        }
    }
}
