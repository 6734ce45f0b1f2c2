package dev.kvcachepool.cachenode.adverts;

import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import dev.kvcachepool.prefixadvert.wire.Tier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes this node's row as it is now. Thread-safe. */
final class NodeRows {
    private final AdvertSettings settings;
    private final Map<String, NodeRow.Address> endpoints;
    private final BlockStore store;
    private volatile NodeState state = NodeState.STARTING;

    NodeRows(AdvertSettings settings, Map<String, NodeRow.Address> endpoints, BlockStore store) {
        this.settings = settings;
        this.endpoints = endpoints;
        this.store = store;
    }

    void state(NodeState next) {
        state = next;
    }

    NodeRow row(long incarnation) {
        return new NodeRow(
                settings.holder(),
                NodeRow.Kind.CACHE_NODE,
                settings.pool(),
                incarnation,
                state,
                endpoints,
                settings.pod(),
                settings.kubernetesNode(),
                settings.zone(),
                settings.models(),
                tiers(),
                store.mismatches().lately());
    }

    private List<NodeRow.TierUse> tiers() {
        var tiers = new ArrayList<NodeRow.TierUse>();
        var gpu = store.gpu();
        if (gpu != null) {
            tiers.add(new NodeRow.TierUse(Tier.GPU, gpu.capacityBytes(), gpu.usedBytes()));
        }
        tiers.add(new NodeRow.TierUse(Tier.HOST, store.capacityBytes(), store.usedBytes()));
        var disk = store.disk();
        if (disk != null) {
            tiers.add(new NodeRow.TierUse(Tier.DISK, disk.capacityBytes(), disk.usedBytes()));
        }
        return List.copyOf(tiers);
    }
}
