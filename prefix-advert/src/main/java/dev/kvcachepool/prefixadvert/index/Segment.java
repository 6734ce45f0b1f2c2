package dev.kvcachepool.prefixadvert.index;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Blocks whose mixed hashes share their top {@link #depth()} bits: open addressing with linear probing over three longs a
 * block, which are the mixed hash, a word with its holders and the note of its run ({@link Runs}). The mixed hash stands for
 * the block: {@link Mix} says how likely it is that two have the same.
 *
 * <p>The word: bit 62 says that the position is taken, bit 63 that the holders are in a list; otherwise bits 0–30 and
 * 31–61 are a {@link Holding} each or none. Holdings stand in ascending order, so that blocks of the same holders look
 * the same. A list is never changed, only replaced.
 *
 * <p>One writer, any number of readers. A position, once taken, keeps its block for as long as the segment lives, and a
 * position that got a list keeps having one: what a reader finds at a position it can be wrong about in time, never in
 * kind. A list is stored with release before the word that speaks of it; readers acquire both.
 */
final class Segment {
    static final int MIN_CAPACITY = 8;
    static final int MAX_CAPACITY = 1 << 26;
    private static final int LONGS = 3;
    private static final int WORD = 1;
    private static final int NOTE = 2;
    private static final long TAKEN = 1L << 62;
    private static final long LIST = 1L << 63;
    private static final long HOLDING = (1L << Holding.BITS) - 1;
    private static final long OBJECT_BYTES = 16;
    static final int[] NO_LIST = {};
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private final int depth;
    private final long prefix;
    private final int mask;
    private final long[] cells;
    private @Nullable AtomicReferenceArray<int[]> lists;
    private int taken;
    private int blocks;
    private long listBytes;

    /**
     * An empty segment.
     *
     * @param depth how many top bits of the mixed hash are fixed
     * @param prefix these bits, right-aligned
     * @param capacity a power of two
     */
    Segment(int depth, long prefix, int capacity) {
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
        return 4 * OBJECT_BYTES + cells.length * 8L + (lists == null ? 0 : 4L * capacity()) + listBytes;
    }

    /**
     * Loads the cell where the search for a block begins, and nothing that a branch would have to wait for: both its ends,
     * as it may lie across two cache lines.
     */
    long touch(long mixed) {
        int cell = ((int) mixed & mask) * LONGS;
        return cells[cell] + cells[cell + NOTE];
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

    static boolean isList(long word) {
        return word < 0;
    }

    /** Whether two words with their lists, empty where a word is no list, say the same holders. */
    static boolean sameHolders(long word, int[] list, long otherWord, int[] otherList) {
        return word == otherWord && (!isList(word) || Arrays.equals(list, otherList));
    }

    static int first(long word) {
        return (int) (word & HOLDING);
    }

    static int second(long word) {
        return (int) (word >>> Holding.BITS & HOLDING);
    }

    /** The holdings at a position whose word {@link #isList}; not modified by anyone. */
    int[] list(int position) {
        var all = lists;
        var list = all == null ? null : all.getAcquire(position);
        return list == null ? NO_LIST : list;
    }

    /** Takes a free position for a block with its first holder. */
    void insert(int position, long mixed, int holding, long note) {
        cells[position * LONGS] = mixed;
        cells[position * LONGS + NOTE] = note;
        taken++;
        blocks++;
        setWord(position, TAKEN | holding);
    }

    /** Adds the holding, or replaces the one of the same holder; true where it was added. */
    boolean put(int position, int holding) {
        var word = word(position);
        if (isList(word)) {
            return putInList(position, holding);
        }
        var first = first(word);
        var second = second(word);
        var id = Holding.id(holding);
        if (is(first, id) || first == Holding.NONE) {
            blocks += first == Holding.NONE ? 1 : 0;
            setWord(position, inline(holding, second));
            return first == Holding.NONE;
        }
        if (is(second, id)) {
            setWord(position, inline(first, holding));
            return false;
        }
        if (second == Holding.NONE) {
            setWord(position, inline(Math.min(first, holding), Math.max(first, holding)));
        } else {
            setList(position, HoldingList.with(new int[] {first, second}, holding));
        }
        return true;
    }

    private boolean putInList(int position, int holding) {
        var before = list(position);
        var after = HoldingList.with(before, holding);
        blocks += before.length == 0 ? 1 : 0;
        setList(position, after);
        return after.length > before.length;
    }

    /** Removes what the holder {@code id} has; true where it had something. */
    boolean remove(int position, int id) {
        if (!holds(position, id)) {
            return false;
        }
        var word = word(position);
        if (isList(word)) {
            var after = HoldingList.without(list(position), other -> other == id);
            blocks -= after.length == 0 ? 1 : 0;
            setList(position, after);
        } else {
            var other = is(first(word), id) ? second(word) : first(word);
            blocks -= other == Holding.NONE ? 1 : 0;
            setWord(position, inline(other, Holding.NONE));
        }
        return true;
    }

    /** Whether this very holding is there already. */
    boolean says(int position, int holding) {
        var word = word(position);
        if (!isList(word)) {
            return first(word) == holding || second(word) == holding;
        }
        var list = list(position);
        var place = HoldingList.indexOf(list, Holding.id(holding));
        return place >= 0 && list[place] == holding;
    }

    /** Whether the holder {@code id} has the block at this position. */
    boolean holds(int position, int id) {
        var word = word(position);
        return isList(word)
                ? HoldingList.indexOf(list(position), id) >= 0
                : is(first(word), id) || is(second(word), id);
    }

    /** Names the holdings at a position. */
    void forEach(int position, IntConsumer each) {
        var word = word(position);
        if (isList(word)) {
            Arrays.stream(list(position)).forEach(each);
            return;
        }
        if (first(word) != Holding.NONE) {
            each.accept(first(word));
        }
        if (second(word) != Holding.NONE) {
            each.accept(second(word));
        }
    }

    /** The same blocks without the holdings of dead holders; at most half full, unless that takes more than {@code maxCapacity}. */
    Segment cleaned(int maxCapacity, HolderIds ids, Runs runs) {
        int live = blocks;
        if (ids.hasDead()) {
            live = (int) IntStream.rangeClosed(0, mask)
                    .filter(position -> hasLive(position, ids))
                    .count();
        }
        var copy = new Segment(depth, prefix, Math.min(maxCapacity, capacityFor(live)));
        for (int position = 0; position <= mask; position++) {
            copy.adopt(this, position, ids, runs);
        }
        return copy;
    }

    /** The same blocks without the holdings of dead holders, in two segments of this one's capacity, by the next bit. */
    Segment[] split(HolderIds ids, Runs runs) {
        var halves = new Segment[] {
            new Segment(depth + 1, prefix << 1, capacity()), new Segment(depth + 1, prefix << 1 | 1, capacity())
        };
        for (int position = 0; position <= mask; position++) {
            halves[(int) Mix.top(cells[position * LONGS], depth + 1) & 1].adopt(this, position, ids, runs);
        }
        return halves;
    }

    /** The same blocks without those that {@code eviction} has chosen, and without the holdings of dead holders. */
    Segment evicted(Eviction eviction, HolderIds ids, Runs runs) {
        var copy = new Segment(depth, prefix, capacity());
        for (int position = 0; position <= mask; position++) {
            if (isTaken(position) && !eviction.leaves(this, position)) {
                copy.adopt(this, position, ids, runs);
            }
        }
        return copy.isSparse() ? copy.cleaned(capacity(), ids, runs) : copy;
    }

    private static int capacityFor(int blocks) {
        return Math.max(MIN_CAPACITY, Integer.highestOneBit(Math.max(1, 2 * blocks - 1)) << 1);
    }

    private boolean hasLive(int position, HolderIds ids) {
        var word = cells[position * LONGS + WORD];
        return isList(word)
                ? HoldingList.without(list(position), ids::isDead).length > 0
                : isLive(first(word), ids) || isLive(second(word), ids);
    }

    private static boolean isLive(int holding, HolderIds ids) {
        return holding != Holding.NONE && !ids.isDead(Holding.id(holding));
    }

    /** Takes over what is at a position of another segment, if any is alive. Nobody reads this one yet. */
    private void adopt(Segment from, int position, HolderIds ids, Runs runs) {
        long word = from.cells[position * LONGS + WORD];
        if (word == 0) {
            return;
        }
        var list = isList(word) ? from.list(position) : NO_LIST;
        if (!ids.hasDead()) {
            adopt(from, position, word, list);
            return;
        }
        var liveList = HoldingList.without(list, ids::isDead);
        long live = isList(word) ? word : live(word, ids);
        if (liveList.length < list.length || live != word) {
            runs.leave(from, position, from.cells[position * LONGS]);
        }
        adopt(from, position, live, liveList);
    }

    private static long live(long word, HolderIds ids) {
        int first = isLive(first(word), ids) ? first(word) : Holding.NONE;
        int second = isLive(second(word), ids) ? second(word) : Holding.NONE;
        return first == Holding.NONE ? inline(second, Holding.NONE) : inline(first, second);
    }

    private void adopt(Segment from, int position, long word, int[] list) {
        if (isList(word) ? list.length == 0 : first(word) == Holding.NONE) {
            return;
        }
        long mixed = from.cells[position * LONGS];
        int at = ~find(mixed);
        cells[at * LONGS] = mixed;
        cells[at * LONGS + NOTE] = from.cells[position * LONGS + NOTE];
        taken++;
        blocks++;
        if (list.length > 2) {
            setList(at, list);
        } else if (isList(word)) {
            setWord(at, inline(list[0], list.length == 2 ? list[1] : Holding.NONE));
        } else {
            setWord(at, word);
        }
    }

    private static boolean is(int holding, int id) {
        return holding != Holding.NONE && Holding.id(holding) == id;
    }

    private static long inline(int first, int second) {
        return TAKEN | (long) second << Holding.BITS | first;
    }

    private void setList(int position, int[] list) {
        var all = lists;
        if (all == null) {
            all = new AtomicReferenceArray<>(capacity());
            lists = all;
        }
        var before = all.getPlain(position);
        listBytes += bytes(list) - (before == null ? 0 : bytes(before));
        all.setRelease(position, list);
        setWord(position, TAKEN | LIST);
    }

    private static long bytes(int[] list) {
        return OBJECT_BYTES + (list.length + 1 & ~1) * 4L;
    }

    private void setWord(int position, long word) {
        CELL.setRelease(cells, position * LONGS + WORD, word);
    }
}
