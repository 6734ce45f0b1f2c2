package dev.kvcachepool.cachenode.adverts;

import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import java.util.List;

/**
 * Who this node is to readers of the adverts, and where it says so.
 *
 * @param kafka brokers as host:port, parted by commas
 * @param partitions of the topics, where they are to be made
 */
public record AdvertSettings(
        String kafka,
        String pool,
        HolderId holder,
        List<ModelSpec> models,
        String pod,
        String kubernetesNode,
        String zone,
        int partitions) {}
