package dev.kvcachepool.prefixadvert.kafka;

import dev.kvcachepool.prefixadvert.wire.AdvertKey;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.MalformedAdvertException;
import dev.kvcachepool.prefixadvert.wire.Micros;
import dev.kvcachepool.prefixadvert.wire.NodeRowCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A holder's right to publish: an incarnation above all that its partitions have ever shown of it.
 *
 * <p>Before anything is published, the holder's partition of both topics is read to its end. The incarnation is the
 * greater of the clock in µs and one more than the highest seen, so that it rises even when the clock steps back. Rows
 * of earlier lives that are still there are remembered, to be erased. Afterwards {@link #successor} keeps watching the
 * nodes partition: a higher incarnation there means that another process has taken over the name, and publishing must
 * stop. Confined to one thread.
 */
public final class HolderClaim implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(500);

    private final Consumer<byte[], byte[]> consumer;
    private final HolderId holder;
    private final TopicPartition nodes;
    private final TopicPartition blocks;
    private final Set<AdvertKey.Block> stale = new LinkedHashSet<>();
    private final long incarnation;
    private long highest;

    /**
     * Reads the holder's partitions to their ends and settles the incarnation.
     *
     * @throws org.apache.kafka.common.KafkaException if the broker cannot be read
     */
    public HolderClaim(KafkaClients clients, AdvertTopics topics, HolderId holder, InstantSource clock) {
        this.holder = holder;
        this.consumer = clients.consumer();
        var id = holder.value().getBytes(StandardCharsets.UTF_8);
        try {
            this.nodes = KafkaClients.own(topics.nodes(), id, partitions(topics.nodes()));
            this.blocks = KafkaClients.own(topics.blocks(), id, partitions(topics.blocks()));
            readToEnd();
            this.incarnation = Math.max(Micros.of(clock.instant()), highest + 1);
            consumer.assign(List.of(nodes));
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
    }

    private int partitions(String topic) {
        return consumer.partitionsFor(topic).size();
    }

    private void readToEnd() {
        var both = List.of(nodes, blocks);
        consumer.assign(both);
        consumer.seekToBeginning(both);
        var ends = consumer.endOffsets(both);
        while (!reached(ends)) {
            consumer.poll(POLL).forEach(this::take);
        }
    }

    private boolean reached(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    private void take(ConsumerRecord<byte[], byte @Nullable []> message) {
        var key = message.key();
        var value = message.value();
        if (key == null) {
            return;
        }
        try {
            switch (AdvertKey.parse(key)) {
                case AdvertKey.Node node
                when node.holder().equals(holder) && value != null ->
                    highest = Math.max(highest, NodeRowCodec.decode(value).incarnation());
                case AdvertKey.Node other -> {}
                case AdvertKey.Block row
                when row.holder() == holder.hash() -> {
                    highest = Math.max(highest, row.incarnation());
                    remember(row, value != null);
                }
                case AdvertKey.Block other -> {}
            }
        } catch (MalformedAdvertException e) {
            // Not ours: this version writes only what it can read.
        }
    }

    private void remember(AdvertKey.Block row, boolean held) {
        if (held) {
            stale.add(row);
        } else {
            stale.remove(row);
        }
    }

    public long incarnation() {
        return incarnation;
    }

    /** The holder's partition of the nodes topic: number and topic in one. */
    public int nodesPartition() {
        return nodes.partition();
    }

    /** A sink for the holder's block rows; the caller closes it. */
    public KafkaRowSink blockSink(KafkaClients clients) {
        return new KafkaRowSink(clients.producer(), blocks);
    }

    /** Keys of rows of earlier lives that were still in the table, for tombstones. Handed over once. */
    public List<byte[]> takeStaleKeys() {
        var keys = new ArrayList<byte[]>(stale.size());
        stale.forEach(row -> keys.add(row.toBytes()));
        stale.clear();
        return keys;
    }

    /**
     * Waits up to {@code timeout} for news in the nodes partition.
     *
     * @return whether a higher incarnation of this holder was seen: stop publishing
     */
    public boolean successor(Duration timeout) {
        consumer.poll(timeout).forEach(this::take);
        return highest > incarnation;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
