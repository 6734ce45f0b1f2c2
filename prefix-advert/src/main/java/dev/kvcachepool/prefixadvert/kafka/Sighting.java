package dev.kvcachepool.prefixadvert.kafka;

import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The advert topics as they were at one moment.
 *
 * @param topics by name; one that is not there is missing
 * @param askedAtNanos {@link System#nanoTime} before the broker was asked: what it said is no older
 */
record Sighting(Map<String, TopicState> topics, long askedAtNanos) {
    Sighting {
        topics = Map.copyOf(topics);
    }

    TopicState.@Nullable Log log(TopicPartition partition) {
        var topic = topics.get(partition.topic());
        return topic == null || partition.partition() >= topic.partitions()
                ? null
                : topic.logs().get(partition.partition());
    }

    /** All partitions of a topic; none where it is not there. */
    Stream<TopicPartition> partitionsOf(String topic) {
        var state = topics.get(topic);
        return Stream.iterate(0, number -> state != null && number < state.partitions(), number -> number + 1)
                .map(number -> new TopicPartition(topic, number));
    }

    /** Where a partition's log ended, 0 where it was not seen. */
    long end(TopicPartition partition) {
        var log = log(partition);
        return log == null ? 0 : log.end();
    }
}
