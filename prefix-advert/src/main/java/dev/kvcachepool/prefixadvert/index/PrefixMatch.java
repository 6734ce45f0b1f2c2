package dev.kvcachepool.prefixadvert.index;

import dev.kvcachepool.prefixadvert.wire.Tier;

/** How much of a chain one group of holders has: the longest consecutive prefix, and where its blocks lie. */
public final class PrefixMatch {
    public static final PrefixMatch NOTHING = new PrefixMatch(0, new int[Tier.COUNT]);

    private final int blocks;
    private final int[] blocksByTier;

    /**
     * A match of {@code blocks} blocks.
     *
     * @param blocksByTier how many have their fastest copy on each tier, by {@link Tier#index()}; sums to {@code
     *     blocks}; owned by the match from now on
     */
    public PrefixMatch(int blocks, int[] blocksByTier) {
        this.blocks = blocks;
        this.blocksByTier = blocksByTier;
    }

    /** What a look-up has found of one group. */
    public static PrefixMatch of(PrefixLookup lookup, int group) {
        if (lookup.blocks(group) == 0) {
            return NOTHING;
        }
        var byTier = new int[Tier.COUNT];
        for (var tier : Tier.values()) {
            byTier[tier.index()] = lookup.blocks(group, tier);
        }
        return new PrefixMatch(lookup.blocks(group), byTier);
    }

    /** This and the blocks after it that are known from elsewhere to be on a tier. */
    public PrefixMatch plus(int more, Tier tier) {
        var byTier = blocksByTier.clone();
        byTier[tier.index()] += more;
        return new PrefixMatch(blocks + more, byTier);
    }

    /** Length of the longest consecutive prefix held, in blocks. */
    public int blocks() {
        return blocks;
    }

    /** How many of {@link #blocks()} have their fastest copy on {@code tier}. */
    public int on(Tier tier) {
        return blocksByTier[tier.index()];
    }
}
