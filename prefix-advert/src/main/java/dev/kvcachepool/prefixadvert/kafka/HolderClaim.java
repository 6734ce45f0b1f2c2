package dev.kvcachepool.prefixadvert.kafka;

import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.Micros;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;

/**
 * A holder's right to publish: an incarnation above all that the topics have ever shown of it.
 *
 * <p>Before anything is published, the nodes topic and the holder's partition of the blocks topic are read to their ends.
 * The incarnation is above the highest seen, so that it rises even when the clock steps back, and not more than a second behind
 * the clock in µs; where in that second is drawn, so that two processes that read the same at a time do not claim the same. Where
 * clocks don't step it is not above the clock: what is stored from now on bears a later time. Rows of earlier lives that are
 * still there are remembered, to be erased. Afterwards
 *
 * <ul>
 *   <li>{@link #successor} watches the nodes partition: a higher incarnation there means that another process has taken
 *       over the name, and publishing must stop;
 *   <li>{@link #lost} watches the blocks partition for 30 s, for rows that an ended process had under way under a higher
 *       incarnation, and the topics: when they are deleted, made anew, given more partitions, emptied or truncated, or this
 *       process stood still, what was published counts for nothing, and all of it must be published again under another claim.
 * </ul>
 *
 * <p>Whoever has a claim publishes its node row first, and block rows while that is durable ({@link #presence}): so a higher
 * incarnation in block rows alone is nobody's who lives, and whoever reads the nodes topic knows of all incarnations.
 *
 * <p>Confined to one thread.
 */
public final class HolderClaim implements AutoCloseable {
    private static final Duration ADMIN_TIMEOUT = Duration.ofSeconds(5);

    /** µs: a second, so that a clock that was behind is soon what counts again. */
    private static final long SPREAD = 1 << 20;

    private final BrokerLink link;
    private final OwnRows rows;
    private final TopicCare care;
    private final Footing footing;
    private final Acks acks = new Acks();
    private final Presence presence;
    private final TopicPartition nodes;
    private final TopicPartition blocks;
    private final Earlier earlier;
    private final long incarnation;
    private int epoch;
    private long written = -1;

    /**
     * What the same process claimed before.
     *
     * @param incarnation 0 if it never did
     * @param partition of its block rows, −1 if it never had any
     */
    public record Earlier(long incarnation, int partition) {
        public static final Earlier NONE = new Earlier(0, -1);
    }

    /** The first claim of a process. */
    public HolderClaim(KafkaClients clients, AdvertTopics topics, HolderId holder, InstantSource clock)
            throws InterruptedException, ExecutionException, TimeoutException {
        this(clients, topics, holder, clock, Earlier.NONE);
    }

    /**
     * Reads the holder's partitions to their ends and settles the incarnation.
     *
     * @throws org.apache.kafka.common.KafkaException if the broker cannot be read
     * @throws ExecutionException if a topic is not there, or the broker refuses
     */
    public HolderClaim(KafkaClients clients, AdvertTopics topics, HolderId holder, InstantSource clock, Earlier earlier)
            throws InterruptedException, ExecutionException, TimeoutException {
        this(
                BrokerLink.of(clients, clients.admin(), List.of(topics.nodes(), topics.blocks()), ADMIN_TIMEOUT),
                topics,
                holder,
                clock,
                earlier,
                ThreadLocalRandom.current());
    }

    /** The same by another way to the brokers, which is this claim's from now on. */
    HolderClaim(
            BrokerLink link,
            AdvertTopics topics,
            HolderId holder,
            InstantSource clock,
            Earlier earlier,
            RandomGenerator random)
            throws InterruptedException, ExecutionException, TimeoutException {
        this.earlier = earlier;
        this.link = link;
        this.rows = new OwnRows(link.consumer(), holder, link.nanoTime());
        this.presence = new Presence(link.nanoTime());
        try {
            var first = link.topics().see();
            var id = holder.value().getBytes(StandardCharsets.UTF_8);
            this.nodes = KafkaClients.own(topics.nodes(), id, partitions(first, topics.nodes()));
            this.blocks = KafkaClients.own(topics.blocks(), id, partitions(first, topics.blocks()));
            rows.read(first, blocks, earlier.partition());
            this.incarnation =
                    Math.max(Micros.of(clock.instant()) - SPREAD, Math.max(rows.highest(), earlier.incarnation()))
                            + 1
                            + random.nextLong(SPREAD);
            rows.watch(first, nodes, blocks);
            this.footing = new Footing(first);
            this.care = new TopicCare(link.topics()::ask, link.nanoTime());
            this.epoch = epoch(first);
        } catch (InterruptedException | ExecutionException | TimeoutException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private static int partitions(Sighting sighting, String topic) {
        return Math.toIntExact(sighting.partitionsOf(topic).count());
    }

    private int epoch(Sighting sighting) {
        var log = sighting.log(blocks);
        return log == null ? -1 : log.epoch();
    }

    public long incarnation() {
        return incarnation;
    }

    /** What the next claim of this process is to know. */
    public Earlier asEarlier() {
        return new Earlier(incarnation, blocks.partition());
    }

    /** Whether another process had taken over the name before this claim, and since this process's last one. */
    public boolean isTaken() {
        return earlier.incarnation() > 0 && rows.highestNodeBeforeWatch() > earlier.incarnation();
    }

    public String nodesTopic() {
        return nodes.topic();
    }

    /** The holder's partition of the nodes topic. */
    public int nodesPartition() {
        return nodes.partition();
    }

    /** Is told of durable node rows, and says whether block rows may be sent. */
    public Presence presence() {
        return presence;
    }

    /** A sink for the holder's block rows; the caller closes it. */
    public KafkaRowSink blockSink(KafkaClients clients) {
        return blockSink(clients.producer());
    }

    KafkaRowSink blockSink(Producer<byte[], byte[]> producer) {
        return new KafkaRowSink(producer, blocks, acks);
    }

    /** Number of rows of earlier lives that were still in the table. */
    public int staleRows() {
        return rows.stale().size();
    }

    /** Sends tombstones for rows of earlier lives, once; false if the sink took no more: the rest stays. */
    public boolean eraseStale(KafkaRowSink sink) {
        var stale = rows.takeStale();
        for (var row : stale.entrySet()) {
            rows.awake();
            var sent = sink.send(row.getValue(), row.getKey().toBytes(), null);
            if (sent.toCompletableFuture().isCompletedExceptionally()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Waits up to {@code timeout} for news in the nodes partition.
     *
     * @return whether a higher incarnation of this holder was seen: stop publishing
     */
    public boolean successor(Duration timeout) {
        rows.poll(timeout);
        return rows.highestNode() > incarnation;
    }

    /** Whether it stands in the nodes topic that this incarnation is Gone, whoever said so. After {@link #successor}. */
    public boolean isGone() {
        return rows.highestGone() >= incarnation;
    }

    /**
     * Why the rows that were published are no longer in the topics, one sentence; empty as long as nothing says so. Waits
     * for the broker, bounded, only after the partition's leader has changed.
     */
    public Optional<String> lost() {
        if (rows.highest() > Math.max(incarnation, rows.highestNode())) {
            return Optional.of(
                    blocks + " got rows of incarnation " + rows.highest() + " late, from a process that is gone");
        }
        if (rows.sleptAndIsAlone()) {
            return Optional.of(
                    "this process stood still for some time: whoever had its name meanwhile may have erased its rows");
        }
        return care.look().flatMap(now -> {
            rows.seen(now);
            return loss(now);
        });
    }

    private Optional<String> loss(Sighting now) {
        var reason = footing.lost(now);
        var log = now.log(blocks);
        if (reason.isPresent() || log == null) {
            return reason;
        }
        if (log.end() <= written || acks.rewound()) {
            return Optional.of(blocks + " was truncated to " + log.end() + " records, " + (acks.newest() + 1)
                    + " had been acknowledged");
        }
        if (log.epoch() != epoch) {
            if (acks.overflowed() || !rows.areThere(blocks, acks.recent())) {
                return Optional.of(blocks + " has another leader, without the newest rows");
            }
            epoch = log.epoch();
        }
        // The next sighting is asked for after this, so it must show at least as much.
        written = acks.newest();
        acks.mark();
        return Optional.empty();
    }

    @Override
    public void close() {
        link.close();
    }
}
