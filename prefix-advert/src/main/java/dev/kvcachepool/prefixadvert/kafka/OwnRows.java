package dev.kvcachepool.prefixadvert.kafka;

import dev.kvcachepool.prefixadvert.wire.AdvertKey;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.MalformedAdvertException;
import dev.kvcachepool.prefixadvert.wire.NodeRowCodec;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** What the topics say of one holder, read by the holder itself. Does not own the consumer; confined to one thread. */
final class OwnRows {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final long LOOK_NANOS = Duration.ofSeconds(5).toNanos();

    private final Consumer<byte[], byte[]> consumer;
    private final HolderId holder;
    private final LongSupplier nanoTime;
    private final Map<AdvertKey.Block, Integer> stale = new LinkedHashMap<>();
    private long highest;
    private long highestNode;
    private long highestGone;
    private long highestNodeBeforeWatch;
    private @Nullable Watch watch;

    OwnRows(Consumer<byte[], byte[]> consumer, HolderId holder, LongSupplier nanoTime) {
        this.consumer = consumer;
        this.holder = holder;
        this.nanoTime = nanoTime;
    }

    /**
     * Reads the whole nodes topic, since a row may lie in another partition from before there were more, and the blocks
     * partition, all to the ends that were sighted.
     *
     * @param earlier another partition with block rows of this holder, −1 for none
     */
    void read(Sighting sighting, TopicPartition blocks, int earlier) {
        var own = sighting.topics().keySet().stream()
                .flatMap(sighting::partitionsOf)
                .filter(partition -> !partition.topic().equals(blocks.topic())
                        || partition.equals(blocks)
                        || partition.partition() == earlier);
        new ToEnds(consumer, nanoTime, sighting, own).read(this::take, () -> true);
        highestNodeBeforeWatch = highestNode;
    }

    private void take(ConsumerRecord<byte[], byte[]> message) {
        var key = message.key();
        var value = message.value();
        if (key == null) {
            return;
        }
        try {
            switch (AdvertKey.parse(key)) {
                case AdvertKey.Node node
                when node.holder().equals(holder) && value != null -> {
                    var row = NodeRowCodec.decode(value);
                    highestNode = Math.max(highestNode, row.incarnation());
                    highest = Math.max(highest, highestNode);
                    if (row.state() == NodeState.GONE) {
                        highestGone = Math.max(highestGone, row.incarnation());
                    }
                }
                case AdvertKey.Node other -> {}
                case AdvertKey.Block row
                when row.holder() == holder.hash() -> {
                    highest = Math.max(highest, row.incarnation());
                    remember(row, message.partition(), value != null);
                }
                case AdvertKey.Block other -> {}
            }
        } catch (MalformedAdvertException e) {
            // Not ours: this version writes only what it can read.
        }
    }

    private void remember(AdvertKey.Block row, int partition, boolean held) {
        if (watch != null) {
            return;
        }
        if (held) {
            stale.put(row, partition);
        } else {
            stale.remove(row);
        }
    }

    /** From now on only news of this partition of the nodes topic, and for a while of its others and the one of the blocks topic. */
    void watch(Sighting first, TopicPartition nodes, TopicPartition blocks) {
        watch = new Watch(consumer, first, nodes, blocks, nanoTime.getAsLong());
    }

    /** Looks at what was sighted: whether to watch the blocks partition, still or again. */
    void seen(Sighting now) {
        if (watch != null) {
            watch.seen(now);
        }
    }

    /** The process is at work, and does not sleep. */
    void awake() {
        if (watch != null) {
            watch.awake(nanoTime.getAsLong());
        }
    }

    void poll(Duration timeout) {
        awake();
        consumer.poll(timeout).forEach(this::take);
    }

    /** See {@link Watch#sleptAndIsAlone}. */
    boolean sleptAndIsAlone() {
        return watch != null && watch.sleptAndIsAlone();
    }

    /** Whether the records are where they were acknowledged. */
    boolean areThere(TopicPartition blocks, List<Acks.Ack> acks) {
        if (acks.isEmpty()) {
            return true;
        }
        var before = List.copyOf(consumer.assignment());
        var missing = new HashMap<Long, ByteBuffer>();
        acks.forEach(ack -> missing.put(ack.offset(), ack.key()));
        consumer.assign(with(before, blocks));
        consumer.seek(blocks, acks.getFirst().offset());
        long end = nanoTime.getAsLong() + LOOK_NANOS;
        while (!missing.isEmpty()
                && consumer.position(blocks) <= acks.getLast().offset()
                && end - nanoTime.getAsLong() > 0) {
            var messages = consumer.poll(POLL);
            messages.records(blocks)
                    .forEach(message -> missing.remove(message.offset(), ByteBuffer.wrap(message.key())));
            before.forEach(partition -> messages.records(partition).forEach(this::take));
        }
        consumer.assign(before);
        return missing.isEmpty();
    }

    private static List<TopicPartition> with(List<TopicPartition> some, TopicPartition one) {
        var all = new ArrayList<>(some);
        all.add(one);
        return all;
    }

    /** The highest incarnation seen so far, 0 before the first. */
    long highest() {
        return highest;
    }

    /** The highest in a node row. */
    long highestNode() {
        return highestNode;
    }

    /** The highest in a node row that says Gone. */
    long highestGone() {
        return highestGone;
    }

    /** The highest in a node row that {@link #read} saw. */
    long highestNodeBeforeWatch() {
        return highestNodeBeforeWatch;
    }

    /** Rows that are still there, each with its partition. */
    Map<AdvertKey.Block, Integer> stale() {
        return stale;
    }

    /** The same, handed over once. */
    Map<AdvertKey.Block, Integer> takeStale() {
        var taken = new LinkedHashMap<>(stale);
        stale.clear();
        return taken;
    }
}
