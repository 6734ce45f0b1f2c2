package dev.kvcachepool.prefixadvert.wire;

import java.util.List;
import java.util.Map;

/**
 * What a holder says of itself: a value of the nodes table, re-sent every 5 s.
 *
 * @param endpoints protocol (resp, lm, transfer, http) → address; never trusted alone
 * @param pod empty outside Kubernetes, as are {@code kubernetesNode} and {@code zone} where unknown
 * @param tiers capacity and use of each tier the holder has
 * @param mismatches what engines store otherwise than {@code models} declare it, of late; at most {@link #MAX_MISMATCHES}
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
        List<TierUse> tiers,
        List<Mismatch> mismatches) {
    /** The first ones count. */
    public static final int MAX_MISMATCHES = 8;

    /** A row without mismatches. */
    public NodeRow(
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
        this(holder, kind, pool, incarnation, state, endpoints, pod, kubernetesNode, zone, models, tiers, List.of());
    }

    public NodeRow {
        endpoints = Map.copyOf(endpoints);
        models = List.copyOf(models);
        tiers = List.copyOf(tiers);
        mismatches = mismatches.stream().limit(MAX_MISMATCHES).toList();
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
