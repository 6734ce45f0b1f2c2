package dev.kvcachepool.prefixadvert.kafka;

import dev.kvcachepool.prefixadvert.simulation.SimulatedBroker;
import dev.kvcachepool.prefixadvert.table.AdvertTable;
import dev.kvcachepool.prefixadvert.table.HolderView;
import dev.kvcachepool.prefixadvert.table.Leftovers;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;

/** What a router that sweeps does, a look at a time; and what it says of holders that are silent, when it is told to. */
public final class SimulatedSweeper {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final int PAUSES = 40;

    private final SimulatedBroker broker;
    private final AdvertTopics topics;
    private final LogSweep.Brokers brokers;
    private Leftovers leftovers = new Leftovers(PATIENCE);

    public SimulatedSweeper(SimulatedBroker broker, AdvertTopics topics) {
        this.broker = broker;
        this.topics = topics;
        this.brokers = new Simulated(broker);
    }

    private record Simulated(SimulatedBroker broker) implements LogSweep.Brokers {
        @Override
        public BrokerLink link() {
            return SimulatedLinks.link(broker);
        }

        @Override
        public Producer<byte[], byte[]> producer() {
            return broker.producer();
        }

        @Override
        public void await(CompletableFuture<?> all) throws InterruptedException, ExecutionException, TimeoutException {
            for (int pause = 0; pause < PAUSES && !all.isDone(); pause++) {
                broker.await(PAUSE);
            }
            if (!all.isDone()) {
                throw new TimeoutException("tombstones were not acknowledged");
            }
            all.get();
        }
    }

    /** One look; why it failed, as with a broker that is away, empty if it did not. */
    public String sweep() throws InterruptedException {
        try {
            new LogSweep(brokers, topics, leftovers).sweep();
            return "";
        } catch (KafkaException | IllegalStateException | ExecutionException | TimeoutException e) {
            return e.toString();
        }
    }

    /** The process ends; what it had looked at is gone. */
    public void restart() {
        leftovers = new Leftovers(PATIENCE);
    }

    /** Says of all that a reader takes to be silent that they are gone. */
    public void declareGone(AdvertTable table) {
        var nodes = broker.topics().get(topics.nodes());
        if (nodes == null) {
            return;
        }
        try (var producer = broker.producer()) {
            for (var holder : table.holders()) {
                if (isSilent(holder)) {
                    var record = GoneNotice.record(
                            topics, holder.node(), nodes.logs().size());
                    var _ = producer.send(record, (metadata, error) -> {});
                }
            }
        } catch (KafkaException e) {
            // The broker is away: nothing is said.
        }
    }

    private static boolean isSilent(HolderView holder) {
        return holder.silent() && holder.node().state() != NodeState.GONE;
    }
}
