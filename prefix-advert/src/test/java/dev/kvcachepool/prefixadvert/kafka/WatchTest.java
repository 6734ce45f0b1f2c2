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
    /** Where the holder's node row would lie if the topic had more partitions, or fewer. */
    private static final TopicPartition OTHER_NODES = new TopicPartition("nodes", 1);

    private static final TopicPartition BLOCKS = new TopicPartition("blocks", 0);
    private static final long READ = 30;
    private static final long OTHERS_READ = 5;
    private static final Uuid ID = Uuid.randomUuid();

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    private final Watch watch = watch();

    private Watch watch() {
        consumer.assign(List.of(NODES, OTHER_NODES, BLOCKS));
        consumer.seek(NODES, 3);
        consumer.seek(OTHER_NODES, OTHERS_READ);
        consumer.seek(BLOCKS, READ);
        return new Watch(consumer, at(0, Duration.ZERO), NODES, BLOCKS, 0);
    }

    @Test
    void allIsReadForAsLongAsLateRowsMayCome() {
        // When
        watch.seen(at(0, Duration.ofSeconds(29)));
        var before = consumer.assignment();
        watch.seen(at(0, Duration.ofSeconds(30)));

        // Then
        assertThat(before).containsExactlyInAnyOrder(NODES, OTHER_NODES, BLOCKS);
        assertThat(consumer.assignment()).containsExactly(NODES);
    }

    @Test
    void whoSleptReadsOnFromWhereItStopped() {
        // Given
        watch.seen(at(0, Duration.ofSeconds(30)));
        watch.awake(Duration.ofSeconds(9).toNanos());

        // When
        var before = consumer.assignment();
        watch.awake(Duration.ofSeconds(19).toNanos());

        // Then
        assertThat(before).containsExactly(NODES);
        assertThat(consumer.assignment()).containsExactlyInAnyOrder(NODES, OTHER_NODES, BLOCKS);
        assertThat(consumer.position(BLOCKS)).isEqualTo(READ);
        assertThat(consumer.position(OTHER_NODES)).isEqualTo(OTHERS_READ);
    }

    @Test
    void whoSleptIsAloneOnceALivingSuccessorWouldHaveSpoken() {
        // Given
        watch.awake(Duration.ofSeconds(9).toNanos());
        boolean never = watch.sleptAndIsAlone();

        // When it sleeps for 10 s, and stays awake for 10 s
        watch.awake(Duration.ofSeconds(19).toNanos());
        boolean awake = watch.sleptAndIsAlone();
        watch.awake(Duration.ofSeconds(24).toNanos());
        watch.awake(Duration.ofSeconds(29).toNanos());

        // Then
        assertThat(never).isFalse();
        assertThat(awake).isFalse();
        assertThat(watch.sleptAndIsAlone()).isTrue();
    }

    @Test
    void anotherLeaderOfTheNodesMayHaveLostARow() {
        // Given
        watch.seen(at(0, Duration.ofSeconds(30)));

        // When
        watch.seen(at(1, Duration.ofSeconds(35)));

        // Then
        assertThat(consumer.assignment()).containsExactlyInAnyOrder(NODES, OTHER_NODES, BLOCKS);
        assertThat(consumer.position(BLOCKS)).isEqualTo(READ);
        assertThat(consumer.position(OTHER_NODES)).isEqualTo(OTHERS_READ);
    }

    @Test
    void aLateRowInAnotherPartitionOfTheNodesIsWaitedForUntilItIsRead() {
        // Given
        consumer.seek(OTHER_NODES, OTHERS_READ - 1);

        // When
        watch.seen(at(0, Duration.ofSeconds(30)));
        var before = consumer.assignment();
        consumer.seek(OTHER_NODES, OTHERS_READ);
        watch.seen(at(0, Duration.ofSeconds(31)));

        // Then
        assertThat(before).contains(OTHER_NODES);
        assertThat(consumer.assignment()).containsExactly(NODES);
    }

    private static Sighting at(int nodesEpoch, Duration when) {
        var nodes = new TopicState(
                ID, List.of(new TopicState.Log(0, 3, nodesEpoch), new TopicState.Log(0, OTHERS_READ, 0)));
        var blocks = new TopicState(ID, List.of(new TopicState.Log(0, READ, 0)));
        return new Sighting(Map.of("nodes", nodes, "blocks", blocks), when.toNanos());
    }
}
