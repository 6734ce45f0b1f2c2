package dev.kvcachepool.prefixadvert.kafka;

import dev.kvcachepool.prefixadvert.publish.RowSink;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Rows to one holder's partition. Thread-safe; owns the producer. */
public final class KafkaRowSink implements RowSink, AutoCloseable {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
    private final Producer<byte[], byte[]> producer;
    private final TopicPartition target;
    private final Acks acks;

    /**
     * A sink.
     *
     * @param acks told of each record of the partition that has become durable
     */
    KafkaRowSink(Producer<byte[], byte[]> producer, TopicPartition target, Acks acks) {
        this.producer = producer;
        this.target = target;
        this.acks = acks;
    }

    @Override
    public CompletionStage<?> send(byte[] key, byte @Nullable [] value) {
        return send(target.partition(), key, value);
    }

    /** Sends to another partition of the topic, where the holder's rows lay before there were more. */
    CompletionStage<?> send(int partition, byte[] key, byte @Nullable [] value) {
        var sent = new CompletableFuture<@Nullable Void>();
        try {
            var _ = producer.send(new ProducerRecord<>(target.topic(), partition, key, value), (metadata, error) -> {
                if (error == null) {
                    if (partition == target.partition() && metadata.hasOffset()) {
                        acks.add(metadata.offset(), key);
                    }
                    sent.complete(null);
                } else {
                    sent.completeExceptionally(error);
                }
            });
        } catch (KafkaException | IllegalStateException e) {
            sent.completeExceptionally(e);
        }
        return sent;
    }

    @Override
    public void close() {
        producer.close(CLOSE_TIMEOUT);
    }
}
