package dev.kvcachepool.router.app;

import dev.kvcachepool.prefixadvert.kafka.KafkaClients;
import dev.kvcachepool.prefixadvert.kafka.TopicSettings;
import dev.kvcachepool.prefixadvert.publish.AdvertTables;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import java.time.Duration;

/**
 * The topics of a pool and the way there; with secrets, never shown.
 *
 * @param silenceLimit how long a cache-node may say nothing, in broker time, and still be picked
 */
record AdvertSource(KafkaClients clients, AdvertTables tables, Duration silenceLimit) {
    /** What this router reads. */
    AdvertTopics topics() {
        return tables.current().topics();
    }

    TopicSettings settings() {
        return TopicSettings.of(tables.current());
    }

    @Override
    public String toString() {
        return "AdvertSource[" + clients.bootstrapServers() + ", " + topics() + "]";
    }
}
