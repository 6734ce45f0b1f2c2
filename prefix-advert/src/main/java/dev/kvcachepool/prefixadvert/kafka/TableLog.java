package dev.kvcachepool.prefixadvert.kafka;

import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;

/**
 * All partitions of the topics, read once from the start: one pass of {@link AdvertReader}. Confined to its thread.
 *
 * <p>A pass ends when the topics are no longer what was read, when offsets to read on from are gone, and when the reader
 * was behind for so long that tombstones may have been compacted away before it saw them: half of
 * {@code delete.retention.ms} since all of the log's end was last known to have been read; while the table is built from the
 * start, all of it.
 */
final class TableLog implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration POSITION_TIMEOUT = Duration.ofMillis(500);

    private final BrokerLink link;
    private final Consumer<byte[], byte[]> consumer;
    private final Optional<String> topicTrouble;
    private final Footing footing;
    private final TopicCare care;
    private final Map<TopicPartition, Long> ends;
    private final long tombstonesNanos;
    private long readAllAtNanos;
    private Map<TopicPartition, Long> read = Map.of();
    private String offsetGone = "";

    /**
     * A log at its beginning.
     *
     * @param tombstones how long they stay at the least
     */
    TableLog(BrokerLink link, Optional<String> topicTrouble, Duration tombstones)
            throws InterruptedException, ExecutionException, TimeoutException {
        var first = link.topics().see();
        this.link = link;
        this.consumer = link.consumer();
        this.topicTrouble = topicTrouble;
        this.footing = new Footing(first);
        this.care = new TopicCare(link.topics()::ask, link.nanoTime());
        this.ends = first.topics().keySet().stream()
                .flatMap(first::partitionsOf)
                .collect(Collectors.toMap(Function.identity(), first::end));
        this.tombstonesNanos = tombstones.toNanos();
        this.readAllAtNanos = first.askedAtNanos();
        consumer.assign(ends.keySet());
        consumer.seekToBeginning(ends.keySet());
    }

    /** Makes or verifies both topics and stands at the beginning of those called {@code names}. */
    static TableLog open(
            KafkaClients clients, AdvertTopics topics, List<String> names, TopicSettings settings, Duration timeout)
            throws InterruptedException, ExecutionException, TimeoutException {
        var admin = clients.admin();
        var link = BrokerLink.of(clients, admin, names, timeout);
        try {
            var trouble = settings.ensure(admin, topics, timeout);
            var tombstones = TopicSettings.tombstonesStay(admin, names, timeout);
            return new TableLog(link, trouble, tombstones);
        } catch (InterruptedException | ExecutionException | TimeoutException | RuntimeException e) {
            link.close();
            throw e;
        }
    }

    /** What is wrong with the topics' settings, if anything. */
    Optional<String> topicTrouble() {
        return topicTrouble;
    }

    /** What has come, waiting a short while for it. */
    ConsumerRecords<byte[], byte[]> poll() {
        return poll(POLL);
    }

    /** What is here already. */
    ConsumerRecords<byte[], byte[]> pollNow() {
        return poll(Duration.ZERO);
    }

    private ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        try {
            return consumer.poll(timeout);
        } catch (OffsetOutOfRangeException e) {
            offsetGone = "the advert log no longer has the offsets to read on: " + e.getMessage();
            return ConsumerRecords.empty();
        }
    }

    /** Whether all is polled that was there when the log was opened. */
    boolean caughtUp() {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    /**
     * Why the table must be built anew, one sentence; empty as long as it need not be. Does not wait for the broker.
     *
     * @param shown whether the table was complete once
     */
    Optional<String> ended(boolean shown) {
        if (!offsetGone.isEmpty()) {
            return Optional.of(offsetGone);
        }
        // First of all: after a pause of this process nothing that was asked before it may count.
        long behind = link.nanoTime().getAsLong() - readAllAtNanos;
        long most = shown ? tombstonesNanos / 2 : tombstonesNanos;
        if (behind > most) {
            return Optional.of("the reader was behind for "
                    + Duration.ofNanos(behind).toMillis() + " ms, more than " + (shown ? "half of " : "")
                    + "delete.retention.ms: removals may have been missed");
        }
        return care.look().flatMap(this::ended);
    }

    private Optional<String> ended(Sighting now) {
        var reason = footing.lost(now);
        if (reason.isPresent()) {
            return reason;
        }
        var positions = positions();
        for (var partition : ends.keySet()) {
            // Read before this sighting was asked for, so it must show at least as much.
            long before = read.getOrDefault(partition, 0L);
            if (now.log(partition) != null && now.end(partition) < before) {
                return Optional.of(partition + " was truncated to " + now.end(partition) + " records, " + before
                        + " had been read");
            }
        }
        boolean all = now.topics().size() == topics()
                && ends.keySet().stream()
                        .allMatch(partition -> positions.getOrDefault(partition, -1L) >= now.end(partition));
        if (all) {
            readAllAtNanos = now.askedAtNanos();
        }
        read = positions;
        return Optional.empty();
    }

    private Map<TopicPartition, Long> positions() {
        var positions = new HashMap<TopicPartition, Long>();
        ends.keySet().forEach(partition -> position(partition).ifPresent(at -> positions.put(partition, at)));
        return positions;
    }

    private int topics() {
        return (int)
                ends.keySet().stream().map(TopicPartition::topic).distinct().count();
    }

    /** Where reading goes on; nothing while the client makes sure of it with a new leader. */
    private Optional<Long> position(TopicPartition partition) {
        try {
            return Optional.of(consumer.position(partition, POSITION_TIMEOUT));
        } catch (OffsetOutOfRangeException e) {
            offsetGone = "the advert log no longer has the offsets to read on: " + e.getMessage();
            return Optional.empty();
        } catch (org.apache.kafka.common.errors.TimeoutException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        link.close();
    }
}
