package dev.kvcachepool.prefixadvert.kafka;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * What a holder with a claim reads on of its own partitions, so that it meets whoever claims its name after it.
 *
 * <p>Always the nodes partition, as whoever claims writes a row there first. The blocks partition, which has much of others,
 * only while rows of a higher incarnation may be in it that no node row tells of:
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

    private final Consumer<byte[], byte[]> consumer;
    private final TopicPartition nodes;
    private final TopicPartition blocks;
    private int epoch;
    private long awakeNanos;
    private long lateUntilNanos;
    private long readTo;

    /** Both partitions, from where the consumer stands in them. */
    Watch(Consumer<byte[], byte[]> consumer, Sighting first, TopicPartition nodes, TopicPartition blocks, long now) {
        this.consumer = consumer;
        this.nodes = nodes;
        this.blocks = blocks;
        this.epoch = epoch(first);
        this.awakeNanos = now;
        this.lateUntilNanos = now + LATE_NANOS;
        consumer.assign(List.of(nodes, blocks));
    }

    private int epoch(Sighting sighting) {
        var log = sighting.log(nodes);
        return log == null ? -1 : log.epoch();
    }

    /** The process is about to read on. */
    void awake(long now) {
        if (now - awakeNanos >= SLEPT_NANOS) {
            both(now);
        }
        awakeNanos = now;
    }

    /** Looks at both partitions as they were when that was asked for. */
    void seen(Sighting now) {
        int leader = epoch(now);
        if (leader >= 0 && leader != epoch) {
            epoch = leader;
            both(now.askedAtNanos());
        }
        var log = now.log(blocks);
        if (log != null
                && consumer.assignment().contains(blocks)
                && now.askedAtNanos() - lateUntilNanos >= 0
                && consumer.position(blocks) >= log.end()) {
            readTo = consumer.position(blocks);
            consumer.assign(List.of(nodes));
        }
    }

    private void both(long now) {
        lateUntilNanos = now + LATE_NANOS;
        if (!consumer.assignment().contains(blocks)) {
            consumer.assign(List.of(nodes, blocks));
            consumer.seek(blocks, readTo);
        }
    }
}
