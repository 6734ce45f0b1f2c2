package dev.kvcachepool.bridges.vllm;

import dev.kvcachepool.prefixadvert.kafka.KafkaClients;
import dev.kvcachepool.prefixadvert.publish.AdvertTables;

/**
 * Where engines' blocks are advertised, and as whose.
 *
 * @param kubernetesNode that the engines run on, as far as that is known; else empty, as is {@code zone}
 */
public record BridgePlace(KafkaClients clients, AdvertTables tables, String pool, String kubernetesNode, String zone) {
    /** Without the secrets. */
    @Override
    public String toString() {
        return "BridgePlace[" + pool + " to " + clients.bootstrapServers() + "]";
    }
}
