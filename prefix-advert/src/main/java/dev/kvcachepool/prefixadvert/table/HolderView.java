package dev.kvcachepool.prefixadvert.table;

import dev.kvcachepool.prefixadvert.wire.NodeRow;

/**
 * One holder as the table has it now.
 *
 * @param node its newest row
 * @param slot what stands for this holder in this incarnation in the index
 * @param liveness whether it may be picked
 * @param silent whether it has been silent for 60 s, whatever its state
 * @param silentMillis for how long it has said nothing, in broker time: what it does not say while nobody speaks does not count
 * @param blocks number of block rows of this incarnation that are indexed
 */
public record HolderView(NodeRow node, int slot, Liveness liveness, boolean silent, long silentMillis, long blocks) {}
