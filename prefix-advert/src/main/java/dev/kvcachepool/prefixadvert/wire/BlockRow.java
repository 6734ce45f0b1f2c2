package dev.kvcachepool.prefixadvert.wire;

import org.jspecify.annotations.Nullable;

/**
 * The current state of one block at one holder: a value of the blocks table.
 *
 * @param tiers mask of {@link Tier}s, never 0
 * @param worldSize number of ranks that the model's keys name, at least 1
 * @param held which ranks of which groups are there
 * @param bytes of all held parts together
 * @param tokens of the block, 0 where unknown
 * @param storedAtMicros when the block became whole, holder's clock, µs since the epoch
 * @param parent the block before it in its prompt, where known
 * @param position of the block in its prompt, −1 where unknown
 */
public record BlockRow(
        int tiers,
        int worldSize,
        RankSet held,
        long bytes,
        int tokens,
        long storedAtMicros,
        @Nullable BlockHash parent,
        int position) {

    /** A row of a store that knows neither parents nor positions, as one that speaks RESP. */
    public static BlockRow flat(int tiers, int worldSize, RankSet held, long bytes, int tokens, long storedAtMicros) {
        return new BlockRow(tiers, worldSize, held, bytes, tokens, storedAtMicros, null, -1);
    }
}
