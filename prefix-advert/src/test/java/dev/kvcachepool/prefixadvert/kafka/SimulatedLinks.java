package dev.kvcachepool.prefixadvert.kafka;

import dev.kvcachepool.prefixadvert.simulation.SimulatedBroker;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The product's own clients of a simulated broker. */
public final class SimulatedLinks {
    private SimulatedLinks() {}

    public static HolderClaim claim(
            SimulatedBroker broker,
            AdvertTopics topics,
            HolderId holder,
            InstantSource clock,
            HolderClaim.Earlier earlier)
            throws InterruptedException, ExecutionException, TimeoutException {
        return new HolderClaim(link(broker), topics, holder, clock, earlier, broker.random());
    }

    public static KafkaRowSink sink(HolderClaim claim, Producer<byte[], byte[]> producer) {
        return claim.blockSink(producer);
    }

    static BrokerLink link(SimulatedBroker broker) {
        var sight = new TopicSight() {
            @Override
            public CompletableFuture<Sighting> ask() {
                return broker.isUp()
                        ? CompletableFuture.completedFuture(sighting(broker))
                        : CompletableFuture.failedFuture(new TimeoutException("no broker"));
            }

            @Override
            public Sighting see() throws ExecutionException, TimeoutException {
                if (!broker.isUp()) {
                    throw new TimeoutException("no broker");
                }
                if (broker.topics().size() < 2) {
                    throw new ExecutionException(new UnknownTopicOrPartitionException("a topic is not there"));
                }
                return sighting(broker);
            }
        };
        return new BrokerLink(broker.consumer(), sight, broker.time()::nanoTime, () -> {});
    }

    private static Sighting sighting(SimulatedBroker broker) {
        var states = new HashMap<String, TopicState>();
        broker.topics().forEach((name, topic) -> states.put(name, new TopicState(topic.id(), logs(topic))));
        return new Sighting(states, broker.time().nanoTime());
    }

    private static List<TopicState.Log> logs(SimulatedBroker.Topic topic) {
        return topic.logs().stream()
                .map(log -> new TopicState.Log(log.start(), log.end(), log.epoch()))
                .toList();
    }
}
