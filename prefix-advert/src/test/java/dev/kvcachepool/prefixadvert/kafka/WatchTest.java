package dev.kvcachepool.prefixadvert.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class WatchTest {
    private static final TopicPartition NODES = new TopicPartition("nodes", 0);
    private static final TopicPartition BLOCKS = new TopicPartition("blocks", 0);
    private static final long READ = 30;
    private static final Uuid ID = Uuid.randomUuid();

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    private final Watch watch = watch();

    private Watch watch() {
        consumer.assign(List.of(NODES, BLOCKS));
        consumer.seek(NODES, 3);
        consumer.seek(BLOCKS, READ);
        return new Watch(consumer, at(0, Duration.ZERO), NODES, BLOCKS, 0);
    }

    @Test
    void blocksAreReadForAsLongAsLateRowsMayCome() {
        // When
        watch.seen(at(0, Duration.ofSeconds(29)));
        var before = consumer.assignment();
        watch.seen(at(0, Duration.ofSeconds(30)));

        // Then
        assertThat(before).containsExactlyInAnyOrder(NODES, BLOCKS);
        assertThat(consumer.assignment()).containsExactly(NODES);
    }

    @Test
    void whoSleptReadsBlocksOnFromWhereItStopped() {
        // Given
        watch.seen(at(0, Duration.ofSeconds(30)));
        watch.awake(Duration.ofSeconds(9).toNanos());

        // When
        var before = consumer.assignment();
        watch.awake(Duration.ofSeconds(19).toNanos());

        // Then
        assertThat(before).containsExactly(NODES);
        assertThat(consumer.assignment()).containsExactlyInAnyOrder(NODES, BLOCKS);
        assertThat(consumer.position(BLOCKS)).isEqualTo(READ);
    }

    @Test
    void anotherLeaderOfTheNodesMayHaveLostARow() {
        // Given
        watch.seen(at(0, Duration.ofSeconds(30)));

        // When
        watch.seen(at(1, Duration.ofSeconds(35)));

        // Then
        assertThat(consumer.assignment()).containsExactlyInAnyOrder(NODES, BLOCKS);
        assertThat(consumer.position(BLOCKS)).isEqualTo(READ);
    }

    private static Sighting at(int nodesEpoch, Duration when) {
        return new Sighting(Map.of("nodes", topic(nodesEpoch, 3), "blocks", topic(0, READ)), when.toNanos());
    }

    private static TopicState topic(int epoch, long end) {
        return new TopicState(ID, List.of(new TopicState.Log(0, end, epoch)));
    }
}
