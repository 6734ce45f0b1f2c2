package dev.kvcachepool.prefixadvert.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class GapsTest {
    private static final TopicPartition PARTITION = new TopicPartition("t", 0);

    private final Gaps gaps = new Gaps();

    @Test
    void offsetsInARowHaveNone() {
        assertThat(gaps.before(PARTITION, records(7, 8, 9))).isZero();
        assertThat(gaps.before(PARTITION, records(10))).isZero();
    }

    @Test
    void missingOffsetsCountWithinAndBetween() {
        // Given
        gaps.before(PARTITION, records(7));

        // When
        long missed = gaps.before(PARTITION, records(10, 12));

        // Then: 8, 9 and 11
        assertThat(missed).isEqualTo(3);
    }

    @Test
    void partitionsAreApart() {
        // Given
        gaps.before(PARTITION, records(7));

        // When
        long missed = gaps.before(new TopicPartition("t", 1), records(100));

        // Then
        assertThat(missed).isZero();
    }

    private static List<ConsumerRecord<byte[], byte[]>> records(long... offsets) {
        return LongStream.of(offsets)
                .mapToObj(offset -> new ConsumerRecord<>("t", 0, offset, new byte[0], new byte[0]))
                .toList();
    }
}
