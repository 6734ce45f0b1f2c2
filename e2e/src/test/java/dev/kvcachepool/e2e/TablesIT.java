package dev.kvcachepool.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvcachepool.prefixadvert.kafka.HolderClaim;
import dev.kvcachepool.prefixadvert.kafka.KafkaClients;
import dev.kvcachepool.prefixadvert.kafka.TopicSettings;
import dev.kvcachepool.prefixadvert.publish.AdvertPublisher;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.RankSet;
import dev.kvcachepool.prefixadvert.wire.Tier;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** The tables' own code against a real broker: a holder in this process, no cache-node. */
class TablesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final HolderId HOLDER = new HolderId("holder");

    private final Set<BlockId> held = ConcurrentHashMap.newKeySet();
    private final String pool = Fixture.newPool();
    private final AdvertTopics topics = AdvertTopics.ofPool(pool);
    private final KafkaClients clients = KafkaClients.of(Fixture.broker().address());

    @Test
    void whatAHolderPublishesAReaderSees() throws Exception {
        // Given a reader that was there first, and one that comes later
        try (var early = Fixture.reader(Fixture.broker(), pool)) {
            await().atMost(PATIENCE).until(early::ready);
            try (var claim = claim();
                    var sink = claim.blockSink(clients);
                    var publisher = new AdvertPublisher(HOLDER, claim.incarnation(), this::row, sink, () -> true)) {
                publisher.start();

                // When blocks come and go
                for (int number = 0; number < 5_000; number++) {
                    held.add(block(number));
                    publisher.changed(block(number));
                }
                for (int number = 0; number < 2_000; number++) {
                    held.remove(block(number));
                    publisher.changed(block(number));
                }

                // Then both see what is held
                assertThat(publisher.awaitClean(PATIENCE)).isTrue();
                await().atMost(PATIENCE).until(() -> early.index().pairs() == 3_000);
                try (var late = Fixture.reader(Fixture.broker(), pool)) {
                    await().atMost(PATIENCE).until(late::ready);
                    assertThat(late.index().pairs()).isEqualTo(3_000);
                }
            }
        }
    }

    @Test
    void theIncarnationRisesEvenWhenTheClockStepsBack() throws Exception {
        // Given a life that published a row
        long first;
        try (var claim = claim();
                var sink = claim.blockSink(clients)) {
            first = claim.incarnation();
            publishOne(claim, sink);
        }

        // When the next life starts with a clock an hour behind
        var behind = Instant.now().minusSeconds(3_600);
        try (var claim = new HolderClaim(clients, topics, HOLDER, () -> behind)) {

            // Then
            assertThat(claim.incarnation()).isGreaterThan(first);
            assertThat(claim.staleRows()).isEqualTo(1);
        }
    }

    @Test
    void malformedAdvertsAreSkippedAndCounted() throws Exception {
        // Given a reader
        try (var table = Fixture.reader(Fixture.broker(), pool);
                var producer = clients.producer()) {
            await().atMost(PATIENCE).until(table::ready);

            // When somebody writes what no holder would
            for (var key : List.of(
                    new byte[0],
                    new byte[] {0x55},
                    new byte[] {0x12, 1, 2},
                    "text".getBytes(java.nio.charset.StandardCharsets.UTF_8))) {
                producer.send(new ProducerRecord<>(topics.blocks(), 0, key, new byte[] {1, 2, 3}))
                        .get(10, TimeUnit.SECONDS);
            }
            try (var claim = claim();
                    var sink = claim.blockSink(clients)) {
                publishOne(claim, sink);
            }

            // Then the reader goes on, and says how many there were
            await().atMost(PATIENCE).until(() -> table.index().pairs() == 1);
            assertThat(table.stats().malformed()).isEqualTo(4);
        }
    }

    @Test
    void aTopicMadeAnewIsReadAnew() throws Exception {
        // Given a reader with rows
        try (var table = Fixture.reader(Fixture.broker(), pool);
                var admin = clients.admin()) {
            await().atMost(PATIENCE).until(table::ready);
            try (var claim = claim();
                    var sink = claim.blockSink(clients)) {
                publishOne(claim, sink);
                await().atMost(PATIENCE).until(() -> table.index().pairs() == 1);
            }

            // When the topic is deleted and made again
            admin.deleteTopics(List.of(topics.blocks())).all().get(10, TimeUnit.SECONDS);
            await().atMost(PATIENCE)
                    .until(() -> !admin.listTopics()
                            .names()
                            .get(10, TimeUnit.SECONDS)
                            .contains(topics.blocks()));
            TopicSettings.withPartitions(7).ensure(admin, topics, PATIENCE);

            // Then the reader's table is that of the new topic, and follows it
            await().atMost(PATIENCE).until(() -> table.index().pairs() == 0);
            try (var claim = claim();
                    var sink = claim.blockSink(clients)) {
                publishOne(claim, sink);
                await().atMost(PATIENCE).until(() -> table.index().pairs() == 1);
            }
        }
    }

    @Test
    void aTopicWithWrongSettingsIsNamed() throws Exception {
        // Given a topic that somebody made by hand
        try (var admin = clients.admin()) {
            admin.createTopics(List.of(new org.apache.kafka.clients.admin.NewTopic(topics.nodes(), 1, (short) 1)
                            .configs(Map.of("cleanup.policy", "delete"))))
                    .all()
                    .get(10, TimeUnit.SECONDS);

            // When
            var trouble = TopicSettings.withPartitions(1).ensure(admin, topics, PATIENCE);

            // Then
            assertThat(trouble)
                    .hasValueSatisfying(text -> assertThat(text)
                            .contains(topics.nodes() + " has cleanup.policy=delete, it must be compact")
                            .contains("message.timestamp.type=CreateTime, it must be LogAppendTime"));
        }
    }

    private HolderClaim claim() throws Exception {
        try (var admin = clients.admin()) {
            assertThat(TopicSettings.withPartitions(4).ensure(admin, topics, PATIENCE))
                    .isEmpty();
        }
        return new HolderClaim(clients, topics, HOLDER, InstantSource.system());
    }

    private void publishOne(HolderClaim claim, dev.kvcachepool.prefixadvert.publish.RowSink sink) throws Exception {
        try (var publisher = new AdvertPublisher(HOLDER, claim.incarnation(), this::row, sink, () -> true)) {
            held.add(block(1));
            publisher.changed(block(1));
            publisher.start();
            assertThat(publisher.awaitClean(PATIENCE)).isTrue();
        }
    }

    private BlockRow row(BlockId block) {
        return held.contains(block) ? BlockRow.flat(Tier.HOST.mask(), 1, RankSet.SINGLE, 1, 512, 0) : null;
    }

    private static BlockId block(int number) {
        return new BlockId(Chunks.NAMESPACE, new BlockHash(1, number));
    }
}
