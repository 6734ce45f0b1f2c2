package dev.kvcachepool.cachenode.adverts;

import dev.kvcachepool.bridges.lmcache.CacheEventPublisher;
import dev.kvcachepool.bridges.vllm.BridgePlace;
import dev.kvcachepool.bridges.vllm.EngineBridge;
import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.prefixadvert.kafka.KafkaClients;
import dev.kvcachepool.prefixadvert.kafka.TopicSettings;
import dev.kvcachepool.prefixadvert.publish.AdvertTables;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import java.util.List;
import java.util.Map;

/**
 * Who this node is to readers of the adverts, and where it says so.
 *
 * @param kafka brokers as host:port, parted by commas
 * @param security settings of Kafka's clients, with secrets
 */
public record AdvertSettings(
        String kafka,
        Map<String, String> security,
        AdvertTables tables,
        String pool,
        HolderId holder,
        List<ModelSpec> models,
        String pod,
        String kubernetesNode,
        String zone) {

    KafkaClients clients() {
        return new KafkaClients(kafka, security);
    }

    /** The topics that readers read. */
    AdvertTopics topics() {
        return tables.current().topics();
    }

    TopicSettings topicSettings() {
        return TopicSettings.of(tables.current());
    }

    /** What listens to engines beside this node, whose blocks are advertised as theirs. */
    public EngineBridge bridge(SaltKey saltKey, String hashSeed) {
        var place = new BridgePlace(clients(), tables, pool, kubernetesNode, zone);
        return new EngineBridge(place, () -> models, saltKey, hashSeed);
    }

    /** What says in LMCache's topic what the store holds. */
    public CacheEventPublisher cacheEvents(String topic, boolean withSalts, BlockStore store) {
        return new CacheEventPublisher(
                clients(), topic, holder.value(), store.capacityBytes(), new StoredKeys(store.keyFeed(), withSalts));
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "AdvertSettings[" + holder + " to " + kafka + "]";
    }
}
