package dev.kvcachepool.prefixadvert.index;

import dev.kvcachepool.prefixadvert.wire.Tier;

/**
 * One (block, holder) pair in 31 bits: 17 of the holder's id, 11 of the row's shape (see {@link Shapes}), 3 of its
 * fastest tier plus one. 0 stands for none. Two of them fit in the word that a block has in a {@link Segment}.
 */
final class Holding {
    static final int NONE = 0;
    static final int BITS = 31;
    static final int MAX_IDS = 1 << 17;
    static final int MAX_SHAPES = 1 << 11;

    private static final int TIER_BITS = 3;
    private static final int SHAPE_BITS = 11;
    private static final int ALL_TIERS = (1 << Tier.COUNT) - 1;

    private Holding() {}

    /** Tiers that this version does not know count as the slowest. */
    static int of(int id, int shape, int tiers) {
        var fastest = Integer.numberOfTrailingZeros(tiers & ALL_TIERS);
        var tier = Math.min(fastest, Tier.COUNT - 1);
        return (id << SHAPE_BITS | shape) << TIER_BITS | (tier + 1);
    }

    /** Less than every holding of {@code id}, more than every one of lower ids. */
    static int below(int id) {
        return id << (SHAPE_BITS + TIER_BITS);
    }

    static int id(int holding) {
        return holding >>> (SHAPE_BITS + TIER_BITS);
    }

    static int shape(int holding) {
        return (holding >>> TIER_BITS) & (MAX_SHAPES - 1);
    }

    /** {@link Tier#index()} of the fastest tier. */
    static int tier(int holding) {
        return (holding & ((1 << TIER_BITS) - 1)) - 1;
    }
}
