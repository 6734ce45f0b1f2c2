package dev.kvcachepool.prefixadvert.kafka;

import dev.kvcachepool.prefixadvert.table.Leftovers;
import dev.kvcachepool.prefixadvert.wire.AdvertKey;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.MalformedAdvertException;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import dev.kvcachepool.prefixadvert.wire.NodeRowCodec;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** One look at both topics from their starts, with tombstones for what {@link Leftovers} says. Confined to one thread. */
final class LogSweep {
    /** Rows erased in one look; the rest at the next. */
    static final int MOST = 200_000;

    private static final Duration ADMIN_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration STUCK = Duration.ofSeconds(60);
    private static final Duration DURABLE = Duration.ofSeconds(60);

    private final KafkaClients clients;
    private final AdvertTopics topics;
    private final Leftovers leftovers;
    private final Map<HolderId, Place> gone = new LinkedHashMap<>();
    private final Map<AdvertKey.Block, Integer> left = new LinkedHashMap<>();

    /** A Gone node row's incarnation and partition. */
    private record Place(long incarnation, int partition) {}

    LogSweep(KafkaClients clients, AdvertTopics topics, Leftovers leftovers) {
        this.clients = clients;
        this.topics = topics;
        this.leftovers = leftovers;
    }

    /** Looks and erases; the number of block rows erased. A Gone holder's node row follows once it has no other rows. */
    int sweep() throws InterruptedException, ExecutionException, TimeoutException {
        leftovers.begin();
        try (var link =
                BrokerLink.of(clients, clients.admin(), List.of(topics.nodes(), topics.blocks()), ADMIN_TIMEOUT)) {
            var sighting = link.topics().see();
            read(link, sighting, topics.nodes());
            read(link, sighting, topics.blocks());
        }
        if (left.isEmpty() && gone.isEmpty()) {
            return 0;
        }
        return erase();
    }

    private void read(BrokerLink link, Sighting sighting, String topic) throws TimeoutException {
        var ends = new HashMap<TopicPartition, Long>();
        sighting.partitionsOf(topic).forEach(partition -> ends.put(partition, sighting.end(partition)));
        var consumer = link.consumer();
        consumer.assign(ends.keySet());
        consumer.seekToBeginning(ends.keySet());
        long since = link.nanoTime().getAsLong();
        while (left.size() < MOST
                && !ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
            var messages = consumer.poll(POLL);
            messages.forEach(message -> leftovers.hear(message.timestamp()));
            if (topic.equals(topics.nodes())) {
                messages.forEach(this::takeNode);
            } else {
                messages.forEach(this::takeBlock);
            }
            if (!messages.isEmpty()) {
                since = link.nanoTime().getAsLong();
            } else if (link.nanoTime().getAsLong() - since >= STUCK.toNanos()) {
                throw new TimeoutException("topic " + topic + " could not be read to its end");
            }
        }
    }

    private void takeNode(ConsumerRecord<byte[], byte @Nullable []> message) {
        try {
            if (message.key() == null || !(AdvertKey.parse(message.key()) instanceof AdvertKey.Node node)) {
                return;
            }
            var value = message.value();
            if (value == null) {
                leftovers.noNode(node);
                gone.remove(node.holder());
                return;
            }
            var row = NodeRowCodec.decode(value);
            leftovers.node(row);
            remember(row, message.partition());
        } catch (MalformedAdvertException e) {
            // Not a row: neither kept nor erased.
        }
    }

    private void remember(NodeRow row, int partition) {
        if (row.state() == NodeState.GONE) {
            gone.put(row.holder(), new Place(row.incarnation(), partition));
        } else {
            gone.remove(row.holder());
        }
    }

    private void takeBlock(ConsumerRecord<byte[], byte @Nullable []> message) {
        try {
            if (message.key() == null || !(AdvertKey.parse(message.key()) instanceof AdvertKey.Block block)) {
                return;
            }
            if (message.value() == null) {
                left.remove(block);
            } else if (leftovers.isLeft(block)) {
                left.put(block, message.partition());
            }
        } catch (MalformedAdvertException e) {
            // Not a row: neither kept nor erased.
        }
    }

    private int erase() throws InterruptedException, ExecutionException, TimeoutException {
        boolean all = left.size() < MOST;
        try (var producer = clients.producer()) {
            var sent = new ArrayList<CompletableFuture<?>>();
            var sink = new KafkaRowSink(producer, new TopicPartition(topics.blocks(), 0), new Acks());
            left.forEach((row, partition) ->
                    sent.add(sink.send(partition, row.toBytes(), null).toCompletableFuture()));
            await(sent);
            if (all) {
                for (var holder : gone.entrySet()) {
                    var key = new AdvertKey.Node(holder.getKey()).toBytes();
                    producer.send(new ProducerRecord<>(
                                    topics.nodes(), holder.getValue().partition(), key, null))
                            .get(DURABLE.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        }
        return left.size();
    }

    private static void await(List<CompletableFuture<?>> sent)
            throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture.allOf(sent.toArray(CompletableFuture<?>[]::new))
                .get(DURABLE.toMillis(), TimeUnit.MILLISECONDS);
    }
}
