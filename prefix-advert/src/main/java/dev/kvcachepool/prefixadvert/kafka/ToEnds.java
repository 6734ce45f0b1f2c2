package dev.kvcachepool.prefixadvert.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** Reads partitions from their starts to the ends that they had when they were sighted. Confined to one thread. */
final class ToEnds {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration STUCK = Duration.ofSeconds(60);

    private final Consumer<byte[], byte[]> consumer;
    private final LongSupplier nanoTime;
    private final Map<TopicPartition, Long> ends = new HashMap<>();

    /** Assigns these partitions to {@code consumer}, which stays its owner's. */
    ToEnds(Consumer<byte[], byte[]> consumer, LongSupplier nanoTime, Sighting sighting, Stream<TopicPartition> some) {
        this.consumer = consumer;
        this.nanoTime = nanoTime;
        some.forEach(partition -> ends.put(partition, sighting.end(partition)));
    }

    /**
     * Reads on until the ends are reached.
     *
     * @param wanted asked before each wait; false ends the reading early
     * @throws TimeoutException if nothing came for a minute
     */
    void read(java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> taker, BooleanSupplier wanted) {
        consumer.assign(ends.keySet());
        consumer.seekToBeginning(ends.keySet());
        long since = nanoTime.getAsLong();
        while (wanted.getAsBoolean() && !reached()) {
            var messages = consumer.poll(POLL);
            messages.forEach(taker);
            if (!messages.isEmpty()) {
                since = nanoTime.getAsLong();
            } else if (nanoTime.getAsLong() - since >= STUCK.toNanos()) {
                throw new TimeoutException("the advert topics could not be read to their ends");
            }
        }
    }

    private boolean reached() {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }
}
