package dev.kvcachepool.prefixadvert.kafka;

import dev.kvcachepool.prefixadvert.wire.AdvertKey;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import dev.kvcachepool.prefixadvert.wire.NodeRowCodec;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Says in a holder's place that it is Gone, in the incarnation in which it was last heard: for one that cannot come back. One
 * that speaks under this name later does so under a higher incarnation; one that reads this of itself claims anew.
 * Thread-safe.
 */
public final class GoneNotice {
    private static final Duration DURABLE = Duration.ofSeconds(10);

    private final KafkaClients clients;
    private final AdvertTopics topics;

    public GoneNotice(KafkaClients clients, AdvertTopics topics) {
        this.clients = clients;
        this.topics = topics;
    }

    /**
     * Writes the holder's last row once more, as Gone; returns once that is durable. Seldom done: each time by a producer of
     * its own.
     *
     * @throws org.apache.kafka.common.KafkaException if the broker can't be reached
     */
    public void send(NodeRow last) throws InterruptedException, ExecutionException, TimeoutException {
        try (var producer = clients.producer()) {
            int partitions = producer.partitionsFor(topics.nodes()).size();
            var record = record(topics, last, partitions);
            producer.send(record).get(DURABLE.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    static ProducerRecord<byte[], byte[]> record(AdvertTopics topics, NodeRow last, int partitions) {
        var id = last.holder().value().getBytes(StandardCharsets.UTF_8);
        TopicPartition target = KafkaClients.own(topics.nodes(), id, partitions);
        return new ProducerRecord<>(
                target.topic(),
                target.partition(),
                new AdvertKey.Node(last.holder()).toBytes(),
                NodeRowCodec.encode(gone(last)));
    }

    private static NodeRow gone(NodeRow last) {
        return new NodeRow(
                last.holder(),
                last.kind(),
                last.pool(),
                last.incarnation(),
                NodeState.GONE,
                last.endpoints(),
                last.pod(),
                last.kubernetesNode(),
                last.zone(),
                last.models(),
                last.tiers());
    }
}
