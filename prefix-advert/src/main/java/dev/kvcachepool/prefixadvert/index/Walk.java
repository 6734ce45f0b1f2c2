package dev.kvcachepool.prefixadvert.index;

import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.Tier;
import java.util.ArrayList;
import java.util.List;

/**
 * One look-up: goes along the chain while any group has had every block so far.
 *
 * <p>Per block and group it notes in {@link #marks} whether some holder has the block whole, and the fastest tier among
 * the group's holders of it. Holders of a part are noted aside and put together only for a group that nobody serves
 * alone.
 */
final class Walk {
    private static final int WHOLE = 8;
    private static final int TIER = 7;
    private static final int BLOCK_SHIFT = 4;

    private final GroupsOfHolder groupsOfHolder;
    private final Completeness completeness;
    private final PartialHolders partials = new PartialHolders();
    /** Per group: the block's number, from 1, above {@link #WHOLE} and a tier. */
    private final int[] marks;

    private final int[] length;
    private final int[][] byTier;
    /** The groups that have had all blocks so far: the first {@link #left} ones. */
    private final int[] candidates;

    private int left;
    private int block;

    Walk(GroupsOfHolder groupsOfHolder, int groups, Completeness completeness) {
        this.groupsOfHolder = groupsOfHolder;
        this.completeness = completeness;
        this.marks = new int[groups];
        this.length = new int[groups];
        this.byTier = new int[groups][];
        this.candidates = new int[groups];
        for (int group = 0; group < groups; group++) {
            candidates[group] = group;
        }
        this.left = groups;
    }

    List<PrefixMatch> along(List<BlockHash> chain, Segment[] directory) {
        for (var hash : chain) {
            block++;
            visit(hash, directory);
            advance();
            if (left == 0) {
                break;
            }
        }
        var matches = new ArrayList<PrefixMatch>(length.length);
        for (int group = 0; group < length.length; group++) {
            matches.add(length[group] == 0 ? PrefixMatch.NOTHING : new PrefixMatch(length[group], byTier[group]));
        }
        return matches;
    }

    private void visit(BlockHash hash, Segment[] directory) {
        partials.clear();
        var mixed = Mix.of(hash.high(), hash.low());
        var segment = BlockTable.segment(directory, mixed);
        var position = segment.find(hash.high(), hash.low(), mixed);
        if (position < 0) {
            return;
        }
        var word = segment.word(position);
        if (Segment.isList(word)) {
            for (int holding : segment.list(position)) {
                visit(holding);
            }
        } else {
            visit(Segment.first(word));
            visit(Segment.second(word));
        }
    }

    private void visit(int holding) {
        if (holding == Holding.NONE) {
            return;
        }
        var id = Holding.id(holding);
        var group = groupsOfHolder.only(id);
        if (group >= 0) {
            mark(group, holding);
        } else if (group < -1) {
            for (int each : groupsOfHolder.several(id)) {
                mark(each, holding);
            }
        }
    }

    private void mark(int group, int holding) {
        var whole = completeness.isWhole(Holding.shape(holding));
        if (!whole) {
            partials.add(group, Holding.shape(holding));
        }
        var before = marks[group] >>> BLOCK_SHIFT == block ? marks[group] : block << BLOCK_SHIFT | TIER;
        var tier = Math.min(before & TIER, Holding.tier(holding));
        marks[group] = (before & ~TIER) | tier | (whole ? WHOLE : 0);
    }

    /** Drops the candidates that do not have this block. */
    private void advance() {
        var kept = 0;
        for (int i = 0; i < left; i++) {
            var group = candidates[i];
            if (has(group)) {
                length[group]++;
                if (byTier[group] == null) {
                    byTier[group] = new int[Tier.COUNT];
                }
                byTier[group][marks[group] & TIER]++;
                candidates[kept++] = group;
            }
        }
        left = kept;
    }

    private boolean has(int group) {
        var mark = marks[group];
        return mark >>> BLOCK_SHIFT == block && ((mark & WHOLE) != 0 || partials.makeWhole(group, completeness));
    }
}
