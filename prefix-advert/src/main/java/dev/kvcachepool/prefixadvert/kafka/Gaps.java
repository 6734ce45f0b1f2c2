package dev.kvcachepool.prefixadvert.kafka;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Counts records that were no longer in the log when a reader that follows it came to them: compacted away, as a newer one of the
 * same key was there. No row is lost by that, but who sees it often reads too slowly. Confined to one thread.
 */
final class Gaps {
    private final Map<TopicPartition, Long> next = new HashMap<>();

    /** Of records that follow on those given before of the same partition, the number of offsets between them without one. */
    long before(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
        long first = records.getFirst().offset();
        long end = records.getLast().offset() + 1;
        long expected = next.getOrDefault(partition, first);
        next.put(partition, end);
        return Math.max(0, end - expected - records.size());
    }
}
