package dev.kvcachepool.prefixadvert.kafka;

import dev.kvcachepool.prefixadvert.table.AdvertTable;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/** All partitions of the topics, read once from the start: one pass of {@link AdvertReader}. Confined to its thread. */
final class TableLog implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(TableLog.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long CHECK_NANOS = Duration.ofSeconds(5).toNanos();

    private final Admin admin;
    private final Consumer<byte[], byte[]> consumer;
    private final List<String> names;
    private final Duration timeout;
    private final Optional<String> topicTrouble;
    private Map<String, TopicDescription> topics = Map.of();
    private Map<TopicPartition, Long> ends = Map.of();
    private long checkedAt = System.nanoTime();
    private boolean offsetGone;

    private TableLog(
            Admin admin,
            Consumer<byte[], byte[]> consumer,
            List<String> names,
            Duration timeout,
            Optional<String> topicTrouble) {
        this.admin = admin;
        this.consumer = consumer;
        this.names = names;
        this.timeout = timeout;
        this.topicTrouble = topicTrouble;
    }

    /** Makes or verifies both topics and stands at the beginning of those called {@code names}. */
    static TableLog open(
            KafkaClients clients, AdvertTopics topics, List<String> names, TopicSettings settings, Duration timeout)
            throws InterruptedException, ExecutionException, TimeoutException {
        var admin = clients.admin();
        try {
            var trouble = settings.ensure(admin, topics, timeout);
            var log = new TableLog(admin, clients.consumer(), names, timeout, trouble);
            log.seekToStart();
            return log;
        } catch (InterruptedException | ExecutionException | TimeoutException | RuntimeException e) {
            admin.close(Duration.ZERO);
            throw e;
        }
    }

    private void seekToStart() throws InterruptedException, ExecutionException, TimeoutException {
        topics = describe();
        var partitions = topics.values().stream()
                .flatMap(topic -> IntStream.range(0, topic.partitions().size())
                        .mapToObj(partition -> new TopicPartition(topic.name(), partition)))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        ends = consumer.endOffsets(partitions);
    }

    private Map<String, TopicDescription> describe() throws InterruptedException, ExecutionException, TimeoutException {
        return admin.describeTopics(names).allTopicNames().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What is wrong with the topics' settings, if anything. */
    Optional<String> topicTrouble() {
        return topicTrouble;
    }

    /** Applies what has come, waiting a short while for it; whether anything has. */
    boolean poll(AdvertTable table, boolean live) {
        try {
            var messages = consumer.poll(POLL);
            for (var message : messages) {
                table.apply(message.key(), message.value(), message.timestamp(), live);
            }
            return !messages.isEmpty();
        } catch (OffsetOutOfRangeException e) {
            LOG.warnf(
                    "the advert log no longer has the offsets to read on (%s); building the table anew",
                    e.getMessage());
            offsetGone = true;
            return false;
        }
    }

    boolean caughtUp() {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    /** Whether the topics are not those that were read: made anew, other partitions, or offsets that are gone. */
    boolean changed() throws InterruptedException {
        if (offsetGone) {
            return true;
        }
        if (System.nanoTime() - checkedAt < CHECK_NANOS) {
            return false;
        }
        checkedAt = System.nanoTime();
        try {
            var now = describe();
            var same = identity(topics).equals(identity(now));
            if (!same) {
                LOG.warn("the advert topics were made anew or have other partitions; building the table anew");
            }
            return !same;
        } catch (ExecutionException | TimeoutException e) {
            return false; // the broker is away or the topic is not there yet: the table shown stays
        }
    }

    /** What a topic is made anew with, or grown by. */
    private static Set<String> identity(Map<String, TopicDescription> topics) {
        return topics.values().stream()
                .map(topic -> topic.topicId() + "/" + topic.partitions().size())
                .collect(Collectors.toSet());
    }

    @Override
    public void close() {
        consumer.close();
        admin.close(Duration.ZERO);
    }
}
