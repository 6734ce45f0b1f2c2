package dev.kvcachepool.prefixadvert.kafka;

import dev.kvcachepool.prefixadvert.publish.NodeRowSender;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** Holders' own rows, sent by a plain producer, which this owns. Thread-safe. */
public final class KafkaNodeRows implements NodeRowSender, AutoCloseable {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    private final Producer<byte[], byte[]> producer;

    public KafkaNodeRows(KafkaClients clients) {
        this.producer = clients.producer();
    }

    @Override
    public CompletionStage<Void> send(String topic, int partition, byte[] key, byte[] value) {
        var sent = new CompletableFuture<Void>();
        try {
            var _ = producer.send(
                    new ProducerRecord<>(topic, partition, key, value), (metadata, error) -> end(sent, error));
        } catch (KafkaException | IllegalStateException e) {
            sent.completeExceptionally(e);
        }
        return sent;
    }

    @SuppressWarnings("NullAway") // the value of Void is null
    private static void end(CompletableFuture<Void> sent, @Nullable Exception error) {
        if (error == null) {
            sent.complete(null);
        } else {
            sent.completeExceptionally(error);
        }
    }

    @Override
    public void close() {
        producer.close(CLOSE_TIMEOUT);
    }
}
