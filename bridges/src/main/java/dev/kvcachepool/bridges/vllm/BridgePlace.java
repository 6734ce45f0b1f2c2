package dev.kvcachepool.bridges.vllm;

import dev.kvcachepool.prefixadvert.kafka.KafkaClients;
import dev.kvcachepool.prefixadvert.kafka.TopicSettings;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;

/**
 * Where engines' blocks are advertised, and as whose.
 *
 * @param topicSettings of topics that nobody has made yet
 * @param kubernetesNode that the engines run on, as far as that is known; else empty, as is {@code zone}
 */
public record BridgePlace(
        KafkaClients clients,
        AdvertTopics topics,
        TopicSettings topicSettings,
        String pool,
        String kubernetesNode,
        String zone) {
    /** Without the secrets. */
    @Override
    public String toString() {
        return "BridgePlace[" + pool + " to " + clients.bootstrapServers() + "]";
    }
}
