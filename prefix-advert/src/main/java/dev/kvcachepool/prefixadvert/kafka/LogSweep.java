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
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;

/** One look at both topics from their starts, with tombstones for what {@link Leftovers} says. Confined to one thread. */
final class LogSweep {
    /** Rows erased in one look; the rest at the next. */
    static final int MOST = 200_000;

    private static final Duration ADMIN_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration DURABLE = Duration.ofSeconds(60);

    private final Brokers brokers;
    private final AdvertTopics topics;
    private final Leftovers leftovers;
    private final Map<HolderId, Place> gone = new LinkedHashMap<>();
    private final Map<HolderId, Long> highest = new HashMap<>();
    private final Map<AdvertKey.Block, Integer> left = new LinkedHashMap<>();

    /** A Gone node row's incarnation and partition. */
    private record Place(long incarnation, int partition) {}

    /** The way to the brokers. */
    interface Brokers {
        /** To read by; the caller closes it. */
        BrokerLink link();

        /** To erase by; the caller closes it. */
        Producer<byte[], byte[]> producer();

        /** Waits, bounded, until all is durable. */
        void await(CompletableFuture<?> all) throws InterruptedException, ExecutionException, TimeoutException;
    }

    private record Kafka(KafkaClients clients, AdvertTopics topics) implements Brokers {
        @Override
        public BrokerLink link() {
            return BrokerLink.of(clients, clients.admin(), List.of(topics.nodes(), topics.blocks()), ADMIN_TIMEOUT);
        }

        @Override
        public Producer<byte[], byte[]> producer() {
            return clients.producer();
        }

        @Override
        public void await(CompletableFuture<?> all) throws InterruptedException, ExecutionException, TimeoutException {
            all.get(DURABLE.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    LogSweep(KafkaClients clients, AdvertTopics topics, Leftovers leftovers) {
        this(new Kafka(clients, topics), topics, leftovers);
    }

    LogSweep(Brokers brokers, AdvertTopics topics, Leftovers leftovers) {
        this.brokers = brokers;
        this.topics = topics;
        this.leftovers = leftovers;
    }

    /** Looks and erases; the number of block rows erased. A Gone holder's node row follows once it has no other rows. */
    int sweep() throws InterruptedException, ExecutionException, TimeoutException {
        leftovers.begin();
        try (var link = brokers.link()) {
            var sighting = link.topics().see();
            read(link, sighting, topics.nodes(), this::takeNode);
            read(link, sighting, topics.blocks(), this::takeBlock);
        }
        if (left.isEmpty() && gone.isEmpty()) {
            return 0;
        }
        return erase();
    }

    private void read(
            BrokerLink link, Sighting sighting, String topic, Consumer<ConsumerRecord<byte[], byte[]>> taker) {
        new ToEnds(link.consumer(), link.nanoTime(), sighting, sighting.partitionsOf(topic))
                .read(
                        message -> {
                            leftovers.hear(message.timestamp());
                            taker.accept(message);
                        },
                        () -> left.size() < MOST);
    }

    private void takeNode(ConsumerRecord<byte[], byte[]> message) {
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

    /** Of rows in several partitions the highest incarnation counts: a tombstone for another would hide the holder that lives. */
    private void remember(NodeRow row, int partition) {
        if (row.incarnation() < highest.merge(row.holder(), row.incarnation(), Math::max)) {
            return;
        }
        if (row.state() == NodeState.GONE) {
            gone.put(row.holder(), new Place(row.incarnation(), partition));
        } else {
            gone.remove(row.holder());
        }
    }

    private void takeBlock(ConsumerRecord<byte[], byte[]> message) {
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
        try (var producer = brokers.producer()) {
            var rows = new ArrayList<CompletableFuture<?>>();
            var blocks = new KafkaRowSink(producer, new TopicPartition(topics.blocks(), 0), new Acks());
            left.forEach((row, partition) -> rows.add(erase(blocks, partition, row)));
            await(rows);
            if (all) {
                var holders = new ArrayList<CompletableFuture<?>>();
                var nodes = new KafkaRowSink(producer, new TopicPartition(topics.nodes(), 0), new Acks());
                gone.forEach(
                        (holder, place) -> holders.add(erase(nodes, place.partition(), new AdvertKey.Node(holder))));
                await(holders);
            }
        }
        return left.size();
    }

    private static CompletableFuture<?> erase(KafkaRowSink sink, int partition, AdvertKey row) {
        return sink.send(partition, row.toBytes(), null).toCompletableFuture();
    }

    private void await(List<CompletableFuture<?>> sent)
            throws InterruptedException, ExecutionException, TimeoutException {
        brokers.await(CompletableFuture.allOf(sent.toArray(CompletableFuture<?>[]::new)));
    }
}
