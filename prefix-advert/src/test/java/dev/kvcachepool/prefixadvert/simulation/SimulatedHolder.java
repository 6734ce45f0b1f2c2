package dev.kvcachepool.prefixadvert.simulation;

import dev.kvcachepool.prefixadvert.kafka.HolderClaim;
import dev.kvcachepool.prefixadvert.kafka.KafkaRowSink;
import dev.kvcachepool.prefixadvert.kafka.SimulatedLinks;
import dev.kvcachepool.prefixadvert.publish.AdvertPublisher;
import dev.kvcachepool.prefixadvert.publish.BlockListener;
import dev.kvcachepool.prefixadvert.publish.PublisherRounds;
import dev.kvcachepool.prefixadvert.wire.AdvertKey;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import dev.kvcachepool.prefixadvert.wire.NodeRowCodec;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** One process of a holder: what a cache-node's advertiser does, a step at a time. */
final class SimulatedHolder {
    private static final Duration BEAT = Duration.ofSeconds(5);

    final HolderId name;
    final SimulatedStore store;
    private final SimulatedBroker broker;
    private final AdvertTopics topics;
    private final int partitions;
    private final Duration clockSkew;
    private final Consumer<String> story;
    private HolderClaim.Earlier earlier = HolderClaim.Earlier.NONE;
    private @Nullable Life life;
    private boolean fenced;
    boolean paused;
    boolean busy;

    private record Life(
            HolderClaim claim,
            KafkaRowSink sink,
            AdvertPublisher publisher,
            SimulatedProducer blocks,
            SimulatedProducer nodes,
            Beat beat) {}

    private static final class Beat {
        long atNanos;
        boolean underWay;
        boolean arrived;
        boolean publishing;
    }

    SimulatedHolder(
            HolderId name,
            SimulatedStore store,
            SimulatedBroker broker,
            AdvertTopics topics,
            int partitions,
            Duration clockSkew,
            Consumer<String> story) {
        this.name = name;
        this.store = store;
        this.broker = broker;
        this.topics = topics;
        this.partitions = partitions;
        this.clockSkew = clockSkew;
        this.story = story;
    }

    boolean isFenced() {
        return fenced;
    }

    long incarnation() {
        return life == null ? 0 : life.claim().incarnation();
    }

    void step() throws InterruptedException {
        if (fenced) {
            return;
        }
        try {
            var current = life;
            if (current == null) {
                claim();
            } else {
                live(current);
            }
        } catch (KafkaException | ExecutionException | TimeoutException e) {
            end();
        }
    }

    private void claim() throws InterruptedException, ExecutionException, TimeoutException {
        broker.ensure(topics, partitions);
        var claim = SimulatedLinks.claim(
                broker, topics, name, () -> broker.time().now().plus(clockSkew), earlier);
        if (claim.isTaken()) {
            fenced = true;
            tell("gives way to another process", earlier.incarnation());
            return;
        }
        earlier = claim.asEarlier();
        tell("claims partition " + earlier.partition() + ", clock " + clockSkew + ", as", claim.incarnation());
        var producer = broker.producer();
        var sink = SimulatedLinks.sink(claim, producer);
        var publisher = new AdvertPublisher(name, claim.incarnation(), store, sink, claim.presence());
        life = new Life(claim, sink, publisher, producer, broker.producer(), new Beat());
        store.listen(publisher);
        sendRow(life);
    }

    private void live(Life current) {
        if (current.beat().arrived) {
            publish(current);
        }
        if (current.claim().successor(Duration.ZERO)) {
            fenced = true;
            tell("has a successor, was", current.claim().incarnation());
            end();
            return;
        }
        var lost = current.claim().isGone()
                ? Optional.of("it was declared Gone")
                : current.claim().lost();
        if (lost.isPresent()) {
            tell("lost its rows (" + lost.get() + "), was", current.claim().incarnation());
            end();
        } else if (!current.beat().underWay && broker.time().nanoTime() - current.beat().atNanos >= BEAT.toNanos()) {
            sendRow(current);
        }
    }

    /** Not before its node row is there: whoever reads the nodes topic then knows of every incarnation with block rows. */
    private static void publish(Life current) {
        PublisherRounds.one(current.publisher());
        if (!current.beat().publishing) {
            current.beat().publishing = true;
            current.claim().eraseStale(current.sink());
        }
    }

    private void sendRow(Life current) {
        var row = new NodeRow(
                name,
                NodeRow.Kind.CACHE_NODE,
                "p",
                current.claim().incarnation(),
                NodeState.SERVING,
                Map.of(),
                "",
                "",
                "",
                List.of(),
                List.of());
        current.beat().atNanos = broker.time().nanoTime();
        current.beat().underWay = true;
        long sentAt = current.claim().presence().now();
        try {
            var _ = current.nodes()
                    .send(
                            new ProducerRecord<>(
                                    topics.nodes(),
                                    current.claim().nodesPartition(),
                                    new AdvertKey.Node(name).toBytes(),
                                    NodeRowCodec.encode(row)),
                            (metadata, error) -> {
                                current.beat().underWay = false;
                                if (error == null) {
                                    tell("has a durable node row at " + metadata + " as", row.incarnation());
                                    current.beat().arrived = true;
                                    current.claim().presence().durable(sentAt);
                                }
                            });
        } catch (KafkaException e) {
            current.beat().underWay = false;
        }
    }

    private void tell(String what, long incarnation) {
        story.accept(name + " " + what + " " + incarnation);
    }

    /** Gives up the claim; also what a kill looks like from outside. */
    void end() {
        var current = life;
        life = null;
        store.listen(BlockListener.NONE);
        if (current != null) {
            current.publisher().close();
            current.blocks().close(Duration.ZERO);
            current.nodes().close(Duration.ZERO);
            current.claim().close();
        }
    }
}
