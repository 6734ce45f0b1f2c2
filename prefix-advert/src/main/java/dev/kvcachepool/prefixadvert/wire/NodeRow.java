package dev.kvcachepool.prefixadvert.wire;

import java.util.List;
import java.util.Map;

/**
 * What a holder says of itself: a value of the nodes table, re-sent every 5 s.
 *
 * @param endpoints protocol (resp, lm, transfer, http) → address; never trusted alone
 * @param pod empty outside Kubernetes, as are {@code kubernetesNode} and {@code zone} where unknown
 * @param tiers capacity and use of each tier the holder has
 */
public record NodeRow(
        HolderId holder,
        Kind kind,
        String pool,
        long incarnation,
        NodeState state,
        Map<String, Address> endpoints,
        String pod,
        String kubernetesNode,
        String zone,
        List<ModelSpec> models,
        List<TierUse> tiers) {

    public NodeRow {
        endpoints = Map.copyOf(endpoints);
        models = List.copyOf(models);
        tiers = List.copyOf(tiers);
    }

    public enum Kind {
        CACHE_NODE,
        ENGINE
    }

    public record Address(String host, int port) {
        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    /** Bytes of a tier. */
    public record TierUse(Tier tier, long capacityBytes, long usedBytes) {}
}
