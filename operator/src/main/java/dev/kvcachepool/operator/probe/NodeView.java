package dev.kvcachepool.operator.probe;

import java.util.List;

/**
 * A cache-node as a router knows it from the adverts.
 *
 * @param name of its pod, or else its holder's id
 * @param phase Serving, Draining or Gone as it said, or Silent
 * @param incarnation 0 where it can't be known
 * @param kubernetesNode empty where it has said none
 */
public record NodeView(String name, String phase, long incarnation, String kubernetesNode, List<TierView> tiers) {
    /** Of one that said that it serves and has not been heard of for long. */
    static final String SILENT = "Silent";

    public NodeView {
        tiers = List.copyOf(tiers);
    }

    /** A tier by the router's name for it, such as {@code host}. */
    public record TierView(String name, long capacityBytes, long usedBytes) {}
}
