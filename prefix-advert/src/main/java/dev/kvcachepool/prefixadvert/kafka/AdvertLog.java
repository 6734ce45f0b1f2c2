package dev.kvcachepool.prefixadvert.kafka;

import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Both topics of a pool, record by record: to look at them rather than to keep a table. Confined to one thread. */
public final class AdvertLog implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(200);

    private final BrokerLink link;
    private final Sighting sighting;

    /**
     * The topics as they are now.
     *
     * @throws ExecutionException if a topic is not there, or the broker refuses
     */
    public AdvertLog(KafkaClients clients, AdvertTopics topics)
            throws InterruptedException, ExecutionException, TimeoutException {
        this.link = BrokerLink.of(clients, clients.admin(), List.of(topics.nodes(), topics.blocks()), TIMEOUT);
        try {
            this.sighting = link.topics().see();
        } catch (InterruptedException | ExecutionException | TimeoutException | RuntimeException e) {
            link.close();
            throw e;
        }
    }

    /** Where a partition's log began and ended at the start: offset of the first record that may be there, and of the next one. */
    public record Bounds(long start, long end) {}

    /** All partitions of a topic. */
    public Map<TopicPartition, Bounds> bounds(String topic) {
        var bounds = new HashMap<TopicPartition, Bounds>();
        sighting.partitionsOf(topic).forEach(partition -> {
            var log = sighting.log(partition);
            bounds.put(partition, log == null ? new Bounds(0, 0) : new Bounds(log.start(), log.end()));
        });
        return bounds;
    }

    /**
     * Reads a topic from its start to where it ended when this was made.
     *
     * @throws org.apache.kafka.common.KafkaException if the broker can't be read
     */
    public void read(String topic, Consumer<ConsumerRecord<byte[], byte[]>> taker) {
        new ToEnds(link.consumer(), link.nanoTime(), sighting, sighting.partitionsOf(topic)).read(taker, () -> true);
    }

    /** Reads all that comes to both topics from where they ended when this was made, for as long as it is wanted. */
    public void follow(Consumer<ConsumerRecord<byte[], byte[]>> taker, BooleanSupplier wanted) {
        var ends = new HashMap<TopicPartition, Long>();
        sighting.topics().keySet().stream()
                .flatMap(sighting::partitionsOf)
                .forEach(partition -> ends.put(partition, sighting.end(partition)));
        link.consumer().assign(ends.keySet());
        ends.forEach(link.consumer()::seek);
        while (wanted.getAsBoolean()) {
            link.consumer().poll(POLL).forEach(taker);
        }
    }

    @Override
    public void close() {
        link.close();
    }
}
