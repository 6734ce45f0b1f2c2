package dev.kvcachepool.kvp.adverts;

import dev.kvcachepool.prefixadvert.kafka.AdvertLog.Bounds;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** What the partitions of one topic have. */
final class Counts {
    private final Map<TopicPartition, Bounds> bounds;
    private final Map<TopicPartition, Count> counts = new TreeMap<>(Comparator.comparingInt(TopicPartition::partition));

    private static final class Count {
        long records;
        long tombstones;
        long malformed;
    }

    Counts(Map<TopicPartition, Bounds> bounds) {
        this.bounds = bounds;
        bounds.keySet().forEach(partition -> counts.put(partition, new Count()));
    }

    void take(ConsumerRecord<byte[], byte[]> record, boolean parses) {
        var count = counts.computeIfAbsent(
                new TopicPartition(record.topic(), record.partition()), partition -> new Count());
        count.records++;
        count.tombstones += parses && record.value() == null ? 1 : 0;
        count.malformed += parses ? 0 : 1;
    }

    List<Writer.PartitionUse> uses() {
        return counts.entrySet().stream()
                .map(entry -> use(entry.getKey(), entry.getValue()))
                .toList();
    }

    private Writer.PartitionUse use(TopicPartition partition, Count count) {
        var at = bounds.getOrDefault(partition, new Bounds(0, 0));
        return new Writer.PartitionUse(
                partition.topic(),
                partition.partition(),
                at.start(),
                at.end(),
                count.records,
                count.tombstones,
                count.malformed);
    }
}
