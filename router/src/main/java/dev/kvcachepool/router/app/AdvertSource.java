package dev.kvcachepool.router.app;

import dev.kvcachepool.prefixadvert.kafka.KafkaClients;
import dev.kvcachepool.prefixadvert.kafka.TopicSettings;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;

/** The topics of a pool and the way there; with secrets, never shown. */
record AdvertSource(KafkaClients clients, AdvertTopics topics, TopicSettings settings) {
    @Override
    public String toString() {
        return "AdvertSource[" + clients.bootstrapServers() + ", " + topics + "]";
    }
}
