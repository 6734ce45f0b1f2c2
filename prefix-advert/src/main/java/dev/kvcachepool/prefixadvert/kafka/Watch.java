package dev.kvcachepool.prefixadvert.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * What a holder with a claim reads on of its own partitions, so that it meets whoever claims its name after it.
 *
 * <p>Always the holder's nodes partition, as whoever claims writes a row there first. For a while also the rest: the nodes
 * topic's other partitions, as one that claimed while partitions were added writes to where the holder's rows belonged
 * before; and the blocks partition, which has much of others, as rows of a higher incarnation may be in it that no node row
 * tells of. That while is
 *
 * <ul>
 *   <li>at first, for as long as what a process had under way when it ended may still arrive;
 *   <li>from where that ended, after this process slept, or the nodes partition got another leader: the node row of one that
 *       claimed meanwhile, and is gone, may have been lost with the leader.
 * </ul>
 *
 * <p>Does not own the consumer; confined to one thread.
 */
final class Watch {
    /**
     * What another process had under way when it ended has arrived by then, or never will: one whose node row was lost sends
     * it again within 5 s if it lives, and producers try for 15 s.
     */
    private static final long LATE_NANOS = Duration.ofSeconds(30).toNanos();

    private static final long SLEPT_NANOS = Duration.ofSeconds(10).toNanos();

    /** Whoever took the name meanwhile, and lives, has said so by then: node rows are repeated every 5 s. */
    private static final long ALONE_NANOS = Duration.ofSeconds(10).toNanos();

    private final Consumer<byte[], byte[]> consumer;
    private final TopicPartition nodes;
    private final List<TopicPartition> all;
    private final Map<TopicPartition, Long> readTo = new HashMap<>();
    private int epoch;
    private long awakeNanos;
    private long lateUntilNanos;
    private boolean slept;
    private long wokeNanos;

    /** All these partitions, from where the consumer stands in them. */
    Watch(Consumer<byte[], byte[]> consumer, Sighting first, TopicPartition nodes, TopicPartition blocks, long now) {
        this.consumer = consumer;
        this.nodes = nodes;
        this.all = Stream.concat(first.partitionsOf(nodes.topic()), Stream.of(blocks))
                .toList();
        this.epoch = epoch(first);
        this.awakeNanos = now;
        this.lateUntilNanos = now + LATE_NANOS;
        consumer.assign(all);
    }

    private int epoch(Sighting sighting) {
        var log = sighting.log(nodes);
        return log == null ? -1 : log.epoch();
    }

    /** The process is about to read on. */
    void awake(long now) {
        if (now - awakeNanos >= SLEPT_NANOS) {
            slept = true;
            wokeNanos = now;
            watchAll(now);
        }
        awakeNanos = now;
    }

    /**
     * Whether this process slept, and has been awake for long enough to have met whoever took its name and lives. One that took
     * it and is gone may have left nothing but this process's rows erased, by itself or by a sweep.
     */
    boolean sleptAndIsAlone() {
        return slept && awakeNanos - wokeNanos >= ALONE_NANOS;
    }

    /** Looks at the partitions as they were when that was asked for. */
    void seen(Sighting now) {
        int leader = epoch(now);
        if (leader >= 0 && leader != epoch) {
            epoch = leader;
            watchAll(now.askedAtNanos());
        }
        if (watchesAll()
                && now.askedAtNanos() - lateUntilNanos >= 0
                && all.stream().allMatch(one -> isRead(one, now))) {
            all.forEach(partition -> readTo.put(partition, consumer.position(partition)));
            consumer.assign(List.of(nodes));
        }
    }

    private boolean watchesAll() {
        return consumer.assignment().size() == all.size();
    }

    private boolean isRead(TopicPartition partition, Sighting now) {
        var log = now.log(partition);
        return log != null && consumer.position(partition) >= log.end();
    }

    private void watchAll(long now) {
        lateUntilNanos = now + LATE_NANOS;
        if (!watchesAll()) {
            consumer.assign(all);
            readTo.forEach((partition, position) -> {
                if (!partition.equals(nodes)) {
                    consumer.seek(partition, position);
                }
            });
        }
    }
}
