package dev.kvcachepool.prefixadvert.publish;

import dev.kvcachepool.prefixadvert.wire.AdvertTopics;

/**
 * The two topics of a pool, and how they are made where nobody has yet.
 *
 * @param replication −1 for the cluster's own
 */
public record TablePair(AdvertTopics topics, int partitions, short replication) {}
