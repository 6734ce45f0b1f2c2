package dev.kvcachepool.prefixadvert.index;

import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.Tier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One look-up: goes along the chain while any group has had every block so far.
 *
 * <p>It takes a window of blocks at a time: first it touches where each is expected, so that the cache misses overlap
 * (a search could not, each mispredicted branch of it would wait for its miss); then it finds them, then looks at their
 * holders. A block that has the very holders of the one before it changes nothing but the length of the run, which is
 * what most blocks do.
 *
 * <p>Otherwise it notes per group in {@link #marks} whether some holder has the block whole, and the fastest tier among
 * the group's holders of it. Holders of a part are noted aside and put together only for a group that nobody serves
 * alone.
 */
final class Walk {
    private static final int WINDOW = 32;
    private static final long MISSING = 0;
    private static final int[] NO_LIST = {};
    private static final int WHOLE = 8;
    private static final int TIER = 7;
    private static final int BLOCK_SHIFT = 4;

    private final GroupsOfHolder groupsOfHolder;
    private final Completeness completeness;
    private final PartialHolders partials = new PartialHolders();
    private final long[] mixed = new long[WINDOW];
    private final Segment[] segments = new Segment[WINDOW];
    private final long[] words = new long[WINDOW];
    private final int[][] lists = new int[WINDOW][];

    /** Per group: the block's number, from 1, above {@link #WHOLE} and a tier. */
    private final int[] marks;

    /** Per group and tier: how many blocks, without those of the run. */
    private final int[] byTier;

    /** The groups that have had all blocks so far: the first {@link #left} ones. */
    private final int[] candidates;

    private int left;
    private int block;
    /** Blocks that all candidates have as {@link #marks} says, up to the current one. */
    private int run;

    /** The word of the run's blocks; none has all bits set. */
    private long runWord = -1;

    private int[] runList = NO_LIST;

    Walk(GroupsOfHolder groupsOfHolder, int groups, Completeness completeness) {
        this.groupsOfHolder = groupsOfHolder;
        this.completeness = completeness;
        this.marks = new int[groups];
        this.byTier = new int[groups * Tier.COUNT];
        this.candidates = new int[groups];
        Arrays.setAll(candidates, group -> group);
        this.left = groups;
    }

    List<PrefixMatch> along(List<BlockHash> chain, Segment[] directory) {
        for (int start = 0; left > 0 && start < chain.size(); start += WINDOW) {
            var blocks = Math.min(WINDOW, chain.size() - start);
            touch(chain, start, blocks, directory);
            for (int i = 0; i < blocks; i++) {
                find(i, chain.get(start + i));
            }
            for (int i = 0; left > 0 && i < blocks; i++) {
                visit(words[i], lists[i]);
            }
        }
        endRun();
        return matches();
    }

    private void touch(List<BlockHash> chain, int start, int blocks, Segment[] directory) {
        for (int i = 0; i < blocks; i++) {
            var hash = chain.get(start + i);
            mixed[i] = Mix.of(hash.high(), hash.low());
            segments[i] = BlockTable.segment(directory, mixed[i]);
            words[i] = segments[i].touch(mixed[i]);
        }
    }

    private void find(int at, BlockHash hash) {
        var segment = segments[at];
        var position = segment.find(hash.high(), hash.low(), mixed[at]);
        words[at] = position < 0 ? MISSING : segment.word(position);
        lists[at] = Segment.isList(words[at]) ? segment.list(position) : NO_LIST;
    }

    private void visit(long word, int[] list) {
        if (word == runWord && (!Segment.isList(word) || Arrays.equals(list, runList))) {
            run++;
            return;
        }
        endRun();
        block++;
        partials.clear();
        if (Segment.isList(word)) {
            for (int holding : list) {
                visit(holding);
            }
            runList = list;
        } else {
            visit(Segment.first(word));
            visit(Segment.second(word));
        }
        keepThoseThatHaveIt();
        runWord = word;
        run = 1;
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

    private void keepThoseThatHaveIt() {
        var kept = 0;
        for (int i = 0; i < left; i++) {
            var group = candidates[i];
            var mark = marks[group];
            if (mark >>> BLOCK_SHIFT == block && ((mark & WHOLE) != 0 || partials.makeWhole(group, completeness))) {
                candidates[kept++] = group;
            }
        }
        left = kept;
    }

    private void endRun() {
        for (int i = 0; i < left; i++) {
            var group = candidates[i];
            byTier[group * Tier.COUNT + (marks[group] & TIER)] += run;
        }
        run = 0;
    }

    private List<PrefixMatch> matches() {
        var groups = marks.length;
        var matches = new ArrayList<PrefixMatch>(groups);
        for (int group = 0; group < groups; group++) {
            var tiers = Arrays.copyOfRange(byTier, group * Tier.COUNT, (group + 1) * Tier.COUNT);
            var blocks = 0;
            for (int onTier : tiers) {
                blocks += onTier;
            }
            matches.add(blocks == 0 ? PrefixMatch.NOTHING : new PrefixMatch(blocks, tiers));
        }
        return matches;
    }
}
