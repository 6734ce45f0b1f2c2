package dev.kvcachepool.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvcachepool.prefixadvert.kafka.GoneNotice;
import dev.kvcachepool.prefixadvert.kafka.KafkaClients;
import dev.kvcachepool.prefixadvert.kafka.TopicSettings;
import dev.kvcachepool.prefixadvert.wire.AdvertKey;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import dev.kvcachepool.prefixadvert.wire.NodeRowCodec;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** Nodes of which somebody says that they are gone: rightly, and wrongly. */
class GoneIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PARTITIONS = 4;
    private static final HolderId DEAD = new HolderId("dead");
    private static final HolderId ALIVE = new HolderId("alive");

    private static final byte[] VALUE = "value".getBytes(StandardCharsets.UTF_8);

    private final String pool = Fixture.newPool();
    private final AdvertTopics topics = AdvertTopics.ofPool(pool);
    private final KafkaClients clients = KafkaClients.of(Fixture.broker().address());
    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void aSilentNodeIsErasedOnceARouterIsTold() throws Exception {
        try (var admin = clients.admin();
                var producer = clients.producer()) {
            // Given one that has fallen silent, and one that speaks
            TopicSettings.withPartitions(PARTITIONS).ensure(admin, topics, PATIENCE);
            speak(producer, DEAD);
            try (var router = Fixture.router(
                            "--kafka",
                            Fixture.broker().address(),
                            "--pool",
                            pool,
                            "--silence-limit",
                            "10s",
                            "--endpoint",
                            "e0=http://127.0.0.1:1@alive");
                    var table = Fixture.reader(Fixture.broker(), pool)) {
                var url = "http://" + router.await().get("http");
                await().atMost(PATIENCE)
                        .until(() -> table.ready() && table.holder(DEAD).isPresent());

                // When the router is told, as soon as it believes it
                await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).until(() -> {
                    speak(producer, ALIVE);
                    return gone(url, DEAD, 1) == 200;
                });

                // Then its row goes, the other's does not
                await().atMost(PATIENCE).until(() -> table.holder(DEAD).isEmpty());
                assertThat(gone(url, ALIVE, 1)).isEqualTo(409);
                assertThat(table.holder(ALIVE)).isPresent();
            }
        }
    }

    @Test
    void aLivingNodeThatIsCalledGoneAdvertisesAnew() throws Exception {
        try (var node = Fixture.cacheNode("n0", "--kafka", Fixture.broker().address(), "--pool", pool);
                var redis = Fixture.jedis(node);
                var table = Fixture.reader(Fixture.broker(), pool)) {
            // Given
            redis.set(Chunks.key(7), VALUE);
            await().atMost(PATIENCE).until(() -> table.ready() && table.index().pairs() == 1);
            var before = table.holder(new HolderId("n0")).orElseThrow().node();

            // When
            new GoneNotice(clients, topics).send(before);

            // Then
            await().atMost(PATIENCE)
                    .until(() -> table.holder(new HolderId("n0"))
                            .filter(now -> now.node().incarnation() > before.incarnation())
                            .filter(now -> now.node().state() == NodeState.SERVING && now.blocks() == 1)
                            .isPresent());
        }
    }

    private int gone(String url, HolderId holder, long incarnation) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url + "/v1/holders/" + holder + "/gone"))
                .POST(HttpRequest.BodyPublishers.ofString("{\"incarnation\":" + incarnation + "}"))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private void speak(Producer<byte[], byte[]> producer, HolderId holder) throws Exception {
        var row = new NodeRow(
                holder,
                NodeRow.Kind.CACHE_NODE,
                pool,
                1,
                NodeState.SERVING,
                Map.of(),
                "",
                "",
                "",
                List.of(),
                List.of());
        int partition = KafkaClients.partition(holder.value().getBytes(StandardCharsets.UTF_8), PARTITIONS);
        producer.send(new ProducerRecord<>(
                        topics.nodes(), partition, new AdvertKey.Node(holder).toBytes(), NodeRowCodec.encode(row)))
                .get(10, TimeUnit.SECONDS);
    }
}
