package dev.kvcachepool.prefixadvert.index;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.stream.IntStream;

/**
 * Blocks whose mixed hashes share their top {@link #depth()} bits: open addressing with linear probing over three longs a
 * block, which are the mixed hash, a word with its holders ({@link HolderSets}) and the note of its run ({@link Runs}). The
 * mixed hash stands for the block: {@link Mix} says how likely it is that two have the same.
 *
 * <p>One writer, any number of readers. A position, once taken, keeps its block for as long as the segment lives; its word is
 * not 0 from then on. The hash is written before the word with release, and a reader acquires the word first.
 */
final class Segment {
    static final int MIN_CAPACITY = 8;
    static final int MAX_CAPACITY = 1 << 26;
    private static final int LONGS = 3;
    private static final int WORD = 1;
    private static final int NOTE = 2;
    private static final long OBJECT_BYTES = 16;
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private final int depth;
    private final long prefix;
    private final int mask;
    private final long[] cells;
    private final HolderSets sets;
    private int taken;
    private int blocks;

    /**
     * An empty segment.
     *
     * @param depth how many top bits of the mixed hash are fixed
     * @param prefix these bits, right-aligned
     * @param capacity a power of two
     * @param sets what words name
     */
    Segment(int depth, long prefix, int capacity, HolderSets sets) {
        this.sets = sets;
        this.depth = depth;
        this.prefix = prefix;
        this.mask = capacity - 1;
        this.cells = new long[capacity * LONGS];
    }

    int depth() {
        return depth;
    }

    long prefix() {
        return prefix;
    }

    int capacity() {
        return mask + 1;
    }

    /** Blocks with at least one holding. */
    int blocks() {
        return blocks;
    }

    /** Whether one more position would make probing long. */
    boolean isFull() {
        return taken >= capacity() - capacity() / 4;
    }

    boolean isSparse() {
        return capacity() > MIN_CAPACITY && blocks < capacity() / 8;
    }

    /** Heap bytes, near enough. */
    long bytes() {
        return 4 * OBJECT_BYTES + cells.length * 8L;
    }

    /**
     * Loads the cell where the search for a block begins, and nothing that a branch would have to wait for: both its ends,
     * as it may lie across two cache lines.
     */
    long touch(long mixed) {
        int cell = ((int) mixed & mask) * LONGS;
        return cells[cell] + cells[cell + NOTE];
    }

    /** 1 where a block does not stand at the cell where the search for it begins, 0 where it does, without a branch. */
    int isElsewhere(long mixed) {
        long difference = cells[((int) mixed & mask) * LONGS] ^ mixed;
        return (int) ((difference | -difference) >>> (Long.SIZE - 1));
    }

    /** As {@link #touch}, of the three cells after that. */
    long touchNext(long mixed) {
        int near = ((int) mixed + 1 & mask) * LONGS;
        int far = ((int) mixed + 3 & mask) * LONGS;
        return cells[near + NOTE] + cells[far + NOTE];
    }

    /** The block's position, or {@code ~position} of the free one where it would go. */
    int find(long mixed) {
        var position = (int) mixed & mask;
        while (true) {
            var cell = position * LONGS;
            if ((long) CELL.getAcquire(cells, cell + WORD) == 0) {
                return ~position;
            }
            if (cells[cell] == mixed) {
                return position;
            }
            position = position + 1 & mask;
        }
    }

    /** The holders' word at a taken position. */
    long word(int position) {
        return (long) CELL.getAcquire(cells, position * LONGS + WORD);
    }

    boolean isTaken(int position) {
        return word(position) != 0;
    }

    /** The mixed hash of the block at a taken position. */
    long mixed(int position) {
        return cells[position * LONGS];
    }

    /** The note of the block's run at a taken position. */
    long note(int position) {
        return (long) CELL.getAcquire(cells, position * LONGS + NOTE);
    }

    void note(int position, long note) {
        CELL.setRelease(cells, position * LONGS + NOTE, note);
    }

    /**
     * Somebody asked for the block at a taken position, whose note was {@code note}. By anyone: a block of a run, or one whose
     * note is another by now, is left alone.
     */
    void use(int position, long note, int generation) {
        if (note < generation && note >= 0) {
            CELL.compareAndSet(cells, position * LONGS + NOTE, note, (long) generation);
        }
    }

    /** Takes a free position for a block with its first holder. */
    void insert(int position, long mixed, int holding, long note) {
        cells[position * LONGS] = mixed;
        cells[position * LONGS + NOTE] = note;
        taken++;
        blocks++;
        setWord(position, sets.with(HolderSets.NOBODY, holding));
    }

    /** Adds the holding, or replaces the one of the same holder; true where it was added. */
    boolean put(int position, int holding) {
        long before = word(position);
        boolean added = sets.holding(before, Holding.id(holding)) == Holding.NONE;
        blocks += HolderSets.isHeld(before) ? 0 : 1;
        replaceWord(position, before, sets.with(before, holding));
        return added;
    }

    /** Removes what the holder {@code id} has; true where it had something. */
    boolean remove(int position, int id) {
        if (!holds(position, id)) {
            return false;
        }
        long before = word(position);
        long after = sets.without(before, id);
        blocks -= HolderSets.isHeld(after) ? 0 : 1;
        replaceWord(position, before, after);
        return true;
    }

    /** Whether this very holding is there already. */
    boolean says(int position, int holding) {
        return sets.holding(word(position), Holding.id(holding)) == holding;
    }

    /** Whether the holder {@code id} has the block at this position. */
    boolean holds(int position, int id) {
        return sets.holding(word(position), id) != Holding.NONE;
    }

    /** The holdings at a position; not modified by anyone. Writer only. */
    int[] holdings(int position) {
        return sets.holdings(word(position));
    }

    /** The same blocks without the holdings of dead holders; at most half full, unless that takes more than {@code maxCapacity}. */
    Segment cleaned(int maxCapacity, HolderIds ids, Runs runs) {
        int live = blocks;
        if (ids.hasDead()) {
            live = (int) IntStream.rangeClosed(0, mask)
                    .filter(position -> isTaken(position) && sets.isLive(word(position), ids))
                    .count();
        }
        var copy = new Segment(depth, prefix, Math.min(maxCapacity, capacityFor(live)), sets);
        for (int position = 0; position <= mask; position++) {
            copy.adopt(this, position, ids, runs);
        }
        return copy;
    }

    /** The same blocks without the holdings of dead holders, in two segments of this one's capacity, by the next bit. */
    Segment[] split(HolderIds ids, Runs runs) {
        var halves = new Segment[] {
            new Segment(depth + 1, prefix << 1, capacity(), sets),
            new Segment(depth + 1, prefix << 1 | 1, capacity(), sets)
        };
        for (int position = 0; position <= mask; position++) {
            halves[(int) Mix.top(cells[position * LONGS], depth + 1) & 1].adopt(this, position, ids, runs);
        }
        return halves;
    }

    /** The same blocks without those that {@code eviction} has chosen, and without the holdings of dead holders. */
    Segment evicted(Eviction eviction, HolderIds ids, Runs runs) {
        var copy = new Segment(depth, prefix, capacity(), sets);
        for (int position = 0; position <= mask; position++) {
            if (isTaken(position) && eviction.leaves(this, position)) {
                sets.release(word(position));
            } else {
                copy.adopt(this, position, ids, runs);
            }
        }
        return copy.isSparse() ? copy.cleaned(capacity(), ids, runs) : copy;
    }

    private static int capacityFor(int blocks) {
        return Math.max(MIN_CAPACITY, Integer.highestOneBit(Math.max(1, 2 * blocks - 1)) << 1);
    }

    /**
     * Takes over what is at a position of another segment, if any is alive, and with it what counts it in its set. Nobody reads
     * this one yet; nobody writes the other one any more.
     */
    private void adopt(Segment from, int position, HolderIds ids, Runs runs) {
        long word = from.cells[position * LONGS + WORD];
        if (word == 0) {
            return;
        }
        long live = word;
        if (ids.hasDead()) {
            live = sets.live(word, ids);
            if (live != word) {
                runs.leave(from, position, from.cells[position * LONGS]);
                sets.release(word);
            }
        }
        if (HolderSets.isHeld(live)) {
            long mixed = from.cells[position * LONGS];
            int at = ~find(mixed);
            cells[at * LONGS] = mixed;
            cells[at * LONGS + NOTE] = from.cells[position * LONGS + NOTE];
            taken++;
            blocks++;
            setWord(at, live);
        }
    }

    private void replaceWord(int position, long before, long after) {
        setWord(position, after);
        sets.release(before);
    }

    private void setWord(int position, long word) {
        CELL.setRelease(cells, position * LONGS + WORD, word);
    }
}
