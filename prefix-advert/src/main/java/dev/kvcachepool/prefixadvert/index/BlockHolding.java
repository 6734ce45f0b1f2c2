package dev.kvcachepool.prefixadvert.index;

import dev.kvcachepool.prefixadvert.wire.RankSet;
import dev.kvcachepool.prefixadvert.wire.Tier;

/**
 * What one holder has of one block.
 *
 * @param slot the holder's
 * @param worldSize number of ranks that the block's keys name
 * @param held which ranks of which groups are there
 * @param tier the fastest one that all of it can be read from
 */
public record BlockHolding(int slot, int worldSize, RankSet held, Tier tier) {}
