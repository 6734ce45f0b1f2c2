package dev.kvcachepool.prefixadvert.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class FootingTest {
    private static final Uuid ID = Uuid.randomUuid();
    private static final TopicState BEFORE = topic(ID, log(0, 10), log(0, 20));

    private final Footing footing = new Footing(seen(BEFORE, Duration.ZERO));

    @Test
    void aLogThatGrowsIsTheSame() {
        assertThat(footing.lost(seen(topic(ID, log(0, 11), log(0, 20)), Duration.ZERO)))
                .isEmpty();
    }

    @Test
    void anotherIdIsATopicMadeAnew() {
        assertThat(footing.lost(seen(topic(Uuid.randomUuid(), log(0, 10), log(0, 20)), Duration.ZERO)))
                .contains("topic t was made anew");
    }

    @Test
    void morePartitionsMoveRows() {
        assertThat(footing.lost(seen(topic(ID, log(0, 10), log(0, 20), log(0, 0)), Duration.ZERO)))
                .contains("topic t has 3 partitions, no longer 2");
    }

    @Test
    void aStartThatMovedHasTakenRecordsAway() {
        assertThat(footing.lost(seen(topic(ID, log(0, 10), log(5, 20)), Duration.ZERO)))
                .contains("partition 1 of topic t starts at 5, no longer at 0");
    }

    @Test
    void anEndThatFellIsATruncatedLog() {
        assertThat(footing.lost(seen(topic(ID, log(0, 9), log(0, 20)), Duration.ZERO)))
                .contains("partition 0 of topic t ends at 9, it had 10");
    }

    @Test
    void aMissingTopicIsWaitedForAWhile() {
        // Given a topic that was missing, then there, then missing again
        assertThat(footing.lost(missing(Duration.ZERO))).isEmpty();
        assertThat(footing.lost(seen(BEFORE, Footing.MISSING))).isEmpty();
        assertThat(footing.lost(missing(Footing.MISSING.plusSeconds(1)))).isEmpty();
        assertThat(footing.lost(missing(Footing.MISSING.multipliedBy(2)))).isEmpty();

        // When it stays so
        var lost = footing.lost(missing(Footing.MISSING.multipliedBy(2).plusSeconds(1)));

        // Then it was deleted
        assertThat(lost).contains("topic t was deleted");
    }

    private static Sighting seen(TopicState topic, Duration at) {
        return new Sighting(Map.of("t", topic), at.toNanos());
    }

    private static Sighting missing(Duration at) {
        return new Sighting(Map.of(), at.toNanos());
    }

    private static TopicState topic(Uuid id, TopicState.Log... logs) {
        return new TopicState(id, List.of(logs));
    }

    private static TopicState.Log log(long start, long end) {
        return new TopicState.Log(start, end, 1);
    }
}
