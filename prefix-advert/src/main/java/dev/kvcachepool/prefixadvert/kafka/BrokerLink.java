package dev.kvcachepool.prefixadvert.kafka;

import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * All that a claim, or one pass over the log, has of the outside: a consumer of its own, what the topics are, and the time.
 *
 * @param consumer of no group, not yet assigned
 * @param nanoTime monotonic, the clock of {@link Sighting#askedAtNanos}
 * @param end closes what is behind {@code topics}
 */
record BrokerLink(Consumer<byte[], byte[]> consumer, TopicSight topics, LongSupplier nanoTime, Runnable end)
        implements AutoCloseable {

    /** Owns {@code admin} from now on. */
    static BrokerLink of(KafkaClients clients, Admin admin, List<String> names, Duration timeout) {
        return new BrokerLink(
                clients.consumer(),
                new BrokerTopics(admin, names, timeout),
                System::nanoTime,
                () -> admin.close(Duration.ZERO));
    }

    @Override
    public void close() {
        consumer.close();
        end.run();
    }
}
