package dev.kvcachepool.prefixadvert.index;

import dev.kvcachepool.prefixadvert.wire.BlockChain;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.Tier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A look-up: goes along the chain while any group has had every block so far.
 *
 * <p>Where a block is in a {@link Run}, it passes as many of the run's blocks as agree with the chain at once. Elsewhere it
 * takes a window of blocks at a time: first it touches where each is expected, then, without a branch on what it found, what
 * follows where another one stands in its place. So the cache misses overlap (a search could not, each mispredicted branch of
 * it would wait for its miss). Then it finds them and looks at their holders. A block that has the very holders of the one
 * before it changes nothing but the length of the run, which is what most blocks do.
 *
 * <p>Otherwise it notes per group in {@link #marks} whether some holder has the block whole, and the fastest tier among
 * the group's holders of it. Holders of a part are noted aside and put together only for a group that nobody serves
 * alone.
 */
final class Walk implements PrefixLookup {
    private static final int WINDOW = 32;
    private static final int[] NO_LIST = {};
    /** So many blocks that could be in a run make a chain worth learning. */
    private static final int WORTH_LEARNING = 4;

    /** Lists of fewer holders are judged each time. */
    private static final int LONG_LIST = 8;

    private static final int WHOLE = 8;
    private static final int TIER = 7;
    private static final int BLOCK_SHIFT = 4;

    private static final int MOST_MARKS = Integer.MAX_VALUE >>> BLOCK_SHIFT;

    private final Map<Long, BlockTable> tables;
    private final Runs runs;
    private final HolderSets sets;
    private final Generations generations;
    private final Lessons lessons;
    private final GroupsOfHolder groupsOfHolder;
    private final Completeness completeness;
    private final Verdicts verdicts = new Verdicts();
    private final PartialHolders partials = new PartialHolders();
    private final long[] mixed = new long[WINDOW];
    private final int[] elsewhere = new int[WINDOW];
    /** Keeps what {@link #touch} loads from being optimised away. */
    @SuppressWarnings("UnusedVariable") // so it is
    private long touched;

    /** Per group: how many blocks it has. */
    private final int[] lengths;

    /** Per group: the number of a block that was looked at, from 1, above {@link #WHOLE} and a tier. */
    private final int[] marks;

    /** Per group that has the run's blocks: their tier. */
    private final int[] tiers;

    /** Per group and tier: how many blocks, without those of the run. */
    private final int[] byTier;

    /** The groups that have had all blocks so far: the first {@link #left} ones. */
    private final int[] candidates;

    private int generation;
    /** Whether blocks are marked as used one by one: the chain will not be learnt, so no run will say it for them. */
    private boolean marksUse;

    private int left;
    private int passed;
    /** Counts the blocks whose holders were looked at, over all look-ups. */
    private int block;
    /** Blocks that all candidates have on the tier that {@link #tiers} says, up to the current one. */
    private int run;

    /** The word of the run's blocks; none has all bits set. */
    private long runWord;

    /** Blocks met one by one that have the holders of the one before. */
    private int alike;

    /**
     * Look-ups for some groups.
     *
     * @param groupsOfHolder keeps in step with who has which id
     */
    Walk(
            Map<Long, BlockTable> tables,
            Runs runs,
            HolderSets sets,
            Generations generations,
            Lessons lessons,
            GroupsOfHolder groupsOfHolder,
            Completeness completeness) {
        this.tables = tables;
        this.runs = runs;
        this.sets = sets;
        this.generations = generations;
        this.lessons = lessons;
        this.groupsOfHolder = groupsOfHolder;
        this.completeness = completeness;
        int groups = groupsOfHolder.count();
        this.lengths = new int[groups];
        this.marks = new int[groups];
        this.tiers = new int[groups];
        this.byTier = new int[groups * Tier.COUNT];
        this.candidates = new int[groups];
    }

    @Override
    public void along(Namespace namespace, List<BlockHash> hashes) {
        var chain = BlockChain.of(hashes);
        begin(chain.size());
        marksUse = !chain.isHashed() || chain.size() <= WORTH_LEARNING;
        // The table after the ids: what a look-up finds was said by a holder in the life that it knows, or by a dead
        // one.
        var table = tables.get(namespace.id());
        if (table != null) {
            along(chain, table);
        }
        endRun();
        for (int i = 0; i < left; i++) {
            lengths[candidates[i]] = passed;
        }
        if (alike >= WORTH_LEARNING && chain.isHashed()) {
            lessons.offer(namespace.id(), chain);
        }
    }

    private void begin(int blocks) {
        generation = generations.now();
        if (groupsOfHolder.refresh()) {
            verdicts.clear();
        }
        Arrays.fill(byTier, 0);
        left = candidates.length;
        for (int i = 0; i < left; i++) {
            candidates[i] = i;
        }
        if (block > MOST_MARKS - blocks) {
            Arrays.fill(marks, 0);
            block = 0;
        }
        passed = 0;
        run = 0;
        runWord = -1;
        alike = 0;
    }

    private void along(BlockChain chain, BlockTable table) {
        var directory = table.directory();
        boolean mayRun = true;
        for (int at = 0; left > 0 && at < chain.size(); ) {
            int gone = mayRun ? alongRun(chain, at, directory) : 0;
            if (gone == 0) {
                gone = alongWindow(chain, at, mayRun ? 1 : 0, table, directory);
                mayRun = gone < WINDOW;
            }
            at += gone;
        }
    }

    @Override
    public int blocks(int group) {
        return lengths[group];
    }

    @Override
    public int blocks(int group, Tier tier) {
        return byTier[group * Tier.COUNT + tier.index()];
    }

    /** Goes along the run that the next block is in; says how many blocks that is, 0 where it is in none. */
    private int alongRun(BlockChain chain, int at, Segment[] directory) {
        var hashMixed = Mix.of(chain.high(at), chain.low(at));
        var segment = BlockTable.segment(directory, hashMixed);
        var position = segment.find(hashMixed);
        if (position < 0) {
            visitMissing();
            return 1;
        }
        var note = segment.note(position);
        var along = runs.at(note, hashMixed);
        if (along == null) {
            return 0;
        }
        along.use(generation);
        int blocks = along.agreement(Runs.place(note), chain, at);
        visitRun(along, blocks);
        return blocks;
    }

    /**
     * Goes along some blocks one by one, to where a run begins or nobody is left; says how many blocks that is.
     *
     * @param runless so many of the first ones are known to be in no run
     */
    private int alongWindow(BlockChain chain, int start, int runless, BlockTable table, Segment[] directory) {
        int blocks = Math.min(WINDOW, chain.size() - start);
        touch(chain, start, blocks, directory);
        var hashes = mixed;
        for (int i = 0; left > 0 && i < blocks; i++) {
            long hash = hashes[i];
            var segment = BlockTable.segment(directory, hash);
            int position = segment.find(hash);
            if (position < 0) {
                visitMissing();
                return i;
            }
            long note = segment.note(position);
            if (i >= runless && runs.at(note, hash) != null) {
                return i;
            }
            if (marksUse) {
                segment.use(position, note, generation);
            }
            visitBlock(segment.word(position), hash, table);
        }
        return blocks;
    }

    /**
     * Loads what finding a window's blocks will need. Each loop is short, as so many misses are under way as fit in the
     * processor's view.
     */
    private void touch(BlockChain chain, int start, int blocks, Segment[] directory) {
        var hashes = mixed;
        for (int i = 0; i < blocks; i++) {
            hashes[i] = Mix.of(chain.high(start + i), chain.low(start + i));
        }
        long sum = 0;
        for (int i = 0; i < blocks; i++) {
            sum += BlockTable.segment(directory, hashes[i]).touch(hashes[i]);
        }
        var far = elsewhere;
        int away = 0;
        for (int i = 0; i < blocks; i++) {
            far[away] = i;
            away += BlockTable.segment(directory, hashes[i]).isElsewhere(hashes[i]);
        }
        for (int i = 0; i < away; i++) {
            long next = hashes[far[i]];
            sum += BlockTable.segment(directory, next).touchNext(next);
        }
        touched = sum;
    }

    private void visitMissing() {
        endRun();
        for (int i = 0; i < left; i++) {
            lengths[candidates[i]] = passed;
        }
        left = 0;
    }

    private void visitRun(Run along, int blocks) {
        if (along.word() != runWord) {
            endRun();
            visit(along.word(), along.holdings());
        }
        run += blocks;
        passed += blocks;
    }

    private void visitBlock(long found, long hashMixed, BlockTable table) {
        alike += found == runWord ? 1 : 0;
        long word = found;
        while (word != runWord) {
            int[] list = HolderSets.isSet(word) ? sets.list(word) : NO_LIST;
            if (list != null) {
                endRun();
                visit(word, list);
                break;
            }
            word = table.word(hashMixed);
        }
        run++;
        passed++;
    }

    /** Looks at the holders of a block or a run, which are others than those before. */
    private void visit(long word, int[] list) {
        if (!HolderSets.isSet(word)) {
            nextBlock();
            visit(HolderSets.first(word));
            visit(HolderSets.second(word));
            keepMarked();
        } else if (list.length < LONG_LIST) {
            mark(list);
            keepMarked();
        } else {
            keepJudged(verdicts(list));
        }
        runWord = word;
    }

    private void nextBlock() {
        block++;
        partials.clear();
    }

    private void mark(int[] list) {
        nextBlock();
        for (int holding : list) {
            visit(holding);
        }
    }

    private byte[] verdicts(int[] list) {
        var known = verdicts.of(list);
        if (known != null) {
            return known;
        }
        mark(list);
        var made = verdicts.make(list, marks.length);
        for (int group = 0; group < made.length; group++) {
            made[group] = isHeld(group) ? (byte) (marks[group] & TIER) : Verdicts.NOT_HELD;
        }
        return made;
    }

    private boolean isHeld(int group) {
        int mark = marks[group];
        return mark >>> BLOCK_SHIFT == block && ((mark & WHOLE) != 0 || partials.makeWhole(group, completeness));
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

    private void keepMarked() {
        var kept = 0;
        for (int i = 0; i < left; i++) {
            var group = candidates[i];
            if (isHeld(group)) {
                candidates[kept++] = group;
                tiers[group] = marks[group] & TIER;
            } else {
                lengths[group] = passed;
            }
        }
        left = kept;
    }

    private void keepJudged(byte[] judged) {
        var kept = 0;
        for (int i = 0; i < left; i++) {
            var group = candidates[i];
            if (judged[group] != Verdicts.NOT_HELD) {
                candidates[kept++] = group;
                tiers[group] = judged[group];
            } else {
                lengths[group] = passed;
            }
        }
        left = kept;
    }

    private void endRun() {
        for (int i = 0; i < left; i++) {
            var group = candidates[i];
            byTier[group * Tier.COUNT + tiers[group]] += run;
        }
        run = 0;
    }
}
