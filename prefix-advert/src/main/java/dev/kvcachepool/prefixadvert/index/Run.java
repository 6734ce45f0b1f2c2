package dev.kvcachepool.prefixadvert.index;

import dev.kvcachepool.prefixadvert.wire.BlockChain;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Blocks that follow each other in a chain and have the very same holders. Since a block's hash covers all blocks before
 * it, two chains that agree at one block agree up to it: a look-up that meets a run compares its last block, and has
 * passed all of them.
 *
 * <p>A run shrinks from both ends as its blocks get other holders, and grows at its end; it never says other holders than
 * it did at first. Whether a block is in it is asked of the run with the block's mixed hash, so that a note which outlived
 * what it speaks of ({@link Runs}) does no harm.
 *
 * <p>One writer, any number of readers. A reader reads the window first and the hashes then: what it compares is the
 * chain as it was when it read the window, or has been overwritten by blocks that came after, and then it finds less.
 */
final class Run {
    private static final long OBJECT_BYTES = 56;
    private static final int FIRST_CAPACITY = 4;
    private static final VarHandle WINDOW = window();

    private final int id;
    private final long word;
    private final int[] holdings;
    /** The generation of its last use, near enough: readers write it too. */
    private volatile int used;

    private volatile long[] hashes = new long[FIRST_CAPACITY];
    /** First block of the run in the upper half, the one after its last in the lower. Written with release. */
    private volatile long window;

    /**
     * An empty run.
     *
     * @param word the holders of each of its blocks, as in a {@link Segment}
     * @param holdings the same; not modified by anyone
     */
    Run(int id, long word, int[] holdings, int generation) {
        this.used = generation;
        this.id = id;
        this.word = word;
        this.holdings = holdings;
    }

    int id() {
        return id;
    }

    long word() {
        return word;
    }

    int[] holdings() {
        return holdings;
    }

    int used() {
        return used;
    }

    /** Somebody asked for its blocks. By anyone; written only where it is news, which is once a generation. */
    void use(int generation) {
        if (used != generation) {
            used = generation;
        }
    }

    /** Whether the block whose mixed hash this is stands at {@code place}. */
    boolean has(int place, long mixed) {
        long now = window;
        return place >= first(now) && place < end(now) && hashes[place] == mixed;
    }

    boolean endsWith(int place) {
        return place == end(window) - 1;
    }

    boolean isEmpty() {
        long now = window;
        return first(now) == end(now);
    }

    /**
     * How many blocks from {@code place} on agree with {@code chain} from {@code from} on; at least one, as {@link #has}
     * has said of the first. By halving, as agreement at one block is agreement at all before it.
     */
    int agreement(int place, BlockChain chain, int from) {
        int most = Math.min(end(window) - place, chain.size() - from);
        var mixed = hashes;
        if (most <= 1 || agree(mixed, place + most - 1, chain, from + most - 1)) {
            return Math.max(1, most);
        }
        int agreed = 1;
        int disagreed = most;
        while (disagreed - agreed > 1) {
            int middle = (agreed + disagreed) >>> 1;
            if (agree(mixed, place + middle - 1, chain, from + middle - 1)) {
                agreed = middle;
            } else {
                disagreed = middle;
            }
        }
        return agreed;
    }

    private static boolean agree(long[] mixed, int place, BlockChain chain, int block) {
        return mixed[place] == Mix.of(chain.high(block), chain.low(block));
    }

    /** Appends a block; returns its place. Writer only. */
    int append(long mixed) {
        long now = window;
        int place = end(now);
        if (place == hashes.length) {
            hashes = Arrays.copyOf(hashes, place + (place >> 1) + 1);
        }
        hashes[place] = mixed;
        WINDOW.setRelease(this, window(first(now), place + 1));
        return place;
    }

    /** Takes the block at {@code place} out, and with it the shorter of what comes before and after. Writer only. */
    void cut(int place) {
        long now = window;
        boolean keepsStart = place - first(now) >= end(now) - place - 1;
        WINDOW.setRelease(this, keepsStart ? window(first(now), place) : window(place + 1, end(now)));
    }

    /** Heap bytes, near enough. */
    long bytes() {
        return OBJECT_BYTES + 16 + 8L * hashes.length;
    }

    private static VarHandle window() {
        try {
            return MethodHandles.lookup().findVarHandle(Run.class, "window", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static long window(int first, int end) {
        return (long) first << 32 | end;
    }

    private static int first(long window) {
        return (int) (window >>> 32);
    }

    private static int end(long window) {
        return (int) window;
    }
}
