package dev.kvcachepool.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvcachepool.prefixadvert.kafka.KafkaClients;
import dev.kvcachepool.prefixadvert.kafka.Sweeper;
import dev.kvcachepool.prefixadvert.kafka.TopicSettings;
import dev.kvcachepool.prefixadvert.wire.AdvertKey;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import dev.kvcachepool.prefixadvert.wire.BlockRowCodec;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import dev.kvcachepool.prefixadvert.wire.NodeRowCodec;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import dev.kvcachepool.prefixadvert.wire.RankSet;
import dev.kvcachepool.prefixadvert.wire.Tier;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** Two routers' sweepers against a real broker. */
class SweeperIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PARTITIONS = 4;
    private static final HolderId GONE = new HolderId("gone");
    private static final HolderId BACK = new HolderId("back");

    private final String pool = Fixture.newPool();
    private final AdvertTopics topics = AdvertTopics.ofPool(pool);
    private final KafkaClients clients = KafkaClients.of(Fixture.broker().address());

    @Test
    void whatGoneHoldersLeftIsErasedByOneOfTheRouters() throws Exception {
        try (var admin = clients.admin();
                var producer = clients.producer()) {
            // Given a holder that is Gone, and one whose second life follows on a first that was killed
            TopicSettings.withPartitions(PARTITIONS).ensure(admin, topics, PATIENCE);
            node(producer, GONE, 1, NodeState.GONE);
            node(producer, BACK, 2, NodeState.SERVING);
            for (int number = 0; number < 1_000; number++) {
                block(producer, GONE, 1, number);
                block(producer, BACK, 1, number);
            }
            block(producer, BACK, 2, 7);
            producer.flush();

            // When two routers are there
            try (var table = Fixture.reader(Fixture.broker(), pool);
                    var one = new Sweeper(clients, topics, () -> true);
                    var other = new Sweeper(clients, topics, () -> true)) {
                one.start();
                other.start();
                await().atMost(PATIENCE).until(() -> one.swept() + other.swept() >= 2_000);

                // Then only what the living one says is left, for readers now and later, and one of them leads
                await().atMost(PATIENCE).until(table::ready);
                await().atMost(PATIENCE).until(() -> table.holder(GONE).isEmpty());
                await().atMost(PATIENCE).until(() -> one.leads() != other.leads());
                assertThat(table.index().pairs()).isEqualTo(1);
                assertThat(table.holder(BACK)).isPresent();
                try (var late = Fixture.reader(Fixture.broker(), pool)) {
                    await().atMost(PATIENCE).until(late::ready);
                    assertThat(late.index().pairs()).isEqualTo(1);
                    assertThat(late.holders()).hasSize(1);
                }
            }
        }
    }

    private void node(Producer<byte[], byte[]> producer, HolderId holder, long incarnation, NodeState state)
            throws Exception {
        var row = new NodeRow(
                holder, NodeRow.Kind.CACHE_NODE, pool, incarnation, state, Map.of(), "", "", "", List.of(), List.of());
        producer.send(new ProducerRecord<>(
                        topics.nodes(),
                        partition(holder),
                        new AdvertKey.Node(holder).toBytes(),
                        NodeRowCodec.encode(row)))
                .get(10, TimeUnit.SECONDS);
    }

    private void block(Producer<byte[], byte[]> producer, HolderId holder, long incarnation, int number) {
        var key = new AdvertKey.Block(
                holder.hash(), incarnation, new BlockId(Chunks.NAMESPACE, new BlockHash(incarnation, number)));
        var row = BlockRow.flat(Tier.HOST.mask(), 1, RankSet.SINGLE, 1, 512, 0);
        var _ = producer.send(
                new ProducerRecord<>(topics.blocks(), partition(holder), key.toBytes(), BlockRowCodec.encode(row)));
    }

    private static int partition(HolderId holder) {
        return KafkaClients.partition(holder.value().getBytes(StandardCharsets.UTF_8), PARTITIONS);
    }
}
