package dev.kvcachepool.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvcachepool.e2e.observe.Scrape;
import dev.kvcachepool.e2e.process.Program;
import dev.kvcachepool.prefixadvert.index.FlatPrefixIndex;
import dev.kvcachepool.prefixadvert.kafka.AdvertReader;
import dev.kvcachepool.prefixadvert.kafka.KafkaClients;
import dev.kvcachepool.prefixadvert.kafka.TopicSettings;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A pool goes over to topics with more partitions, and no reader ever sees less than is held. */
class MoveIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int BLOCKS = 50;
    private static final int PARTITIONS = 2;
    private static final int MORE_PARTITIONS = 9;
    private static final byte[] VALUE = "value".getBytes(StandardCharsets.UTF_8);

    private final String pool = Fixture.newPool();
    private final AdvertTopics before = AdvertTopics.ofPool(pool);
    private final AdvertTopics after = new AdvertTopics(before.nodes() + "-2", before.blocks() + "-2");
    private final Path disk = Fixture.work("move");

    @Test
    void aPoolMovesToTopicsWithMorePartitions() throws Exception {
        try (var old = reader(before, PARTITIONS)) {
            // Given a node that says what it holds in both, and a reader of the next
            try (var node = node(before, after);
                    var redis = Fixture.jedis(node);
                    var next = reader(after, MORE_PARTITIONS)) {
                IntStream.range(0, BLOCKS).forEach(number -> redis.set(Chunks.key(number), VALUE));
                await().atMost(PATIENCE).until(() -> holds(old, BLOCKS) && holds(next, BLOCKS));
                assertThat(partitions(after.blocks())).isEqualTo(MORE_PARTITIONS);
                await().atMost(PATIENCE).until(() -> Scrape.text(node).contains("kvcachepool_adverts_next_dirty 0"));

                // When blocks go
                redis.del(Chunks.key(0));

                // Then they go from both
                await().atMost(PATIENCE).until(() -> holds(old, BLOCKS - 1) && holds(next, BLOCKS - 1));
            }

            // Given readers that went over, and one that has yet to
            try (var next = reader(after, MORE_PARTITIONS)) {
                // When the node is told the same with the sides changed
                try (var node = node(after, before);
                        var redis = Fixture.jedis(node)) {
                    assertThat(redis.exists(Chunks.key(1))).isTrue();

                    // Then both see it again
                    await().atMost(PATIENCE).until(() -> holds(old, BLOCKS - 1) && holds(next, BLOCKS - 1));
                }

                // When nobody reads the old ones any more
                try (var node = node(after)) {
                    // Then only the new ones have it
                    await().atMost(PATIENCE).until(() -> holds(next, BLOCKS - 1));
                    assertThat(Scrape.text(node)).doesNotContain("kvcachepool_adverts_next");
                    assertThat(old.index().pairs()).isZero();
                }
            }
        }
    }

    private boolean holds(AdvertReader reader, int blocks) {
        return reader.ready()
                && reader.index().pairs() == blocks
                && reader.holder(new HolderId("n0")).isPresent();
    }

    private Program node(AdvertTopics current) {
        return node(current, "--advert-partitions", Integer.toString(MORE_PARTITIONS));
    }

    private Program node(AdvertTopics current, AdvertTopics next) {
        return node(
                current,
                "--next-nodes-topic",
                next.nodes(),
                "--next-blocks-topic",
                next.blocks(),
                "--next-advert-partitions",
                Integer.toString(MORE_PARTITIONS));
    }

    private Program node(AdvertTopics current, String... more) {
        var flags = new ArrayList<>(List.of(
                "--kafka",
                Fixture.broker().address(),
                "--pool",
                pool,
                "--disk-path",
                disk.toString(),
                "--disk-size",
                "64Mi",
                "--nodes-topic",
                current.nodes(),
                "--blocks-topic",
                current.blocks()));
        flags.addAll(List.of(more));
        return Fixture.cacheNode("n0", flags.toArray(String[]::new));
    }

    private static int partitions(String topic) throws Exception {
        try (var admin = KafkaClients.of(Fixture.broker().address()).admin()) {
            return admin.describeTopics(List.of(topic))
                    .topicNameValues()
                    .get(topic)
                    .get()
                    .partitions()
                    .size();
        }
    }

    private static AdvertReader reader(AdvertTopics topics, int partitions) {
        var reader = new AdvertReader(
                KafkaClients.of(Fixture.broker().address()),
                topics,
                TopicSettings.withPartitions(partitions),
                FlatPrefixIndex::new,
                InstantSource.system());
        reader.start();
        return reader;
    }
}
