package dev.kvcachepool.prefixadvert.index;

import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of one namespace: extendible hashing (Fagin, Nievergelt, Pippenger, Strong, 1979) over {@link Segment}s. A
 * full segment is copied to a larger one, and split in two once it is large, so that no write copies more than one
 * segment however large the table is. The directory is an immutable array that each such change replaces; a segment that
 * was replaced is not written any more. One writer, any number of readers.
 */
final class BlockTable {
    /** 384 KiB: under half of G1's smallest region, beyond which each array would take a whole one. */
    private static final int SPLIT_CAPACITY = 1 << 14;

    private volatile Segment[] directory = {new Segment(0, 0, Segment.MIN_CAPACITY)};
    private final Tally tally;
    private final Runs runs;

    BlockTable(Tally tally, Runs runs) {
        this.tally = tally;
        this.runs = runs;
        tally.addBytes(directory[0].bytes());
    }

    /** What a reader walks; a later directory may hold more. */
    Segment[] directory() {
        return directory;
    }

    static Segment segment(Segment[] directory, long mixed) {
        return directory[(int) Mix.top(mixed, Integer.numberOfTrailingZeros(directory.length))];
    }

    /** Loads what looking a block up will need, and waits for none of it. */
    long touch(long high, long low) {
        var mixed = Mix.of(high, low);
        return segment(directory, mixed).touch(mixed);
    }

    /** Adds or replaces a holding; true where the holder had none for this block. */
    boolean put(long high, long low, int holding, IntPredicate dead) {
        var mixed = Mix.of(high, low);
        var segment = segment(directory, mixed);
        var position = segment.find(high, low, mixed);
        if (position < 0 && segment.isFull()) {
            grow(segment, dead);
            segment = segment(directory, mixed);
            position = segment.find(high, low, mixed);
        }
        if (position >= 0) {
            if (segment.says(position, holding)) {
                return false;
            }
            runs.leave(segment, position, mixed);
        }
        var bytes = segment.bytes();
        var blocks = segment.blocks();
        var added = position < 0 || segment.put(position, holding);
        if (position < 0) {
            segment.insert(~position, high, low, holding);
        }
        tally.addBytes(segment.bytes() - bytes);
        tally.addBlocks(segment.blocks() - blocks);
        return added;
    }

    /** Whether the holder {@code id} has the block. */
    boolean holds(long high, long low, int id) {
        var mixed = Mix.of(high, low);
        var segment = segment(directory, mixed);
        var position = segment.find(high, low, mixed);
        return position >= 0 && segment.holds(position, id);
    }

    /** Names what anyone holds of a block, the dead among them. */
    void forEachHolding(long high, long low, IntConsumer each) {
        var mixed = Mix.of(high, low);
        var segment = segment(directory, mixed);
        var position = segment.find(high, low, mixed);
        if (position >= 0) {
            segment.forEach(position, each);
        }
    }

    /** Removes the holding of {@code id}; true where there was one. */
    boolean remove(long high, long low, int id, IntPredicate dead) {
        var mixed = Mix.of(high, low);
        var segment = segment(directory, mixed);
        var position = segment.find(high, low, mixed);
        if (position < 0 || !segment.holds(position, id)) {
            return false;
        }
        runs.leave(segment, position, mixed);
        var blocks = segment.blocks();
        var removed = segment.remove(position, id);
        tally.addBlocks(segment.blocks() - blocks);
        if (removed && segment.isSparse()) {
            clean(segment, dead);
        }
        return removed;
    }

    /** Where a block stands that anyone has or had, or null. */
    Runs.@Nullable Place place(long high, long low) {
        var mixed = Mix.of(high, low);
        var segment = segment(directory, mixed);
        var position = segment.find(high, low, mixed);
        return position < 0 ? null : new Runs.Place(segment, position, mixed);
    }

    boolean isEmpty() {
        return Arrays.stream(directory).allMatch(segment -> segment.blocks() == 0);
    }

    /** Takes an empty table's bytes out of the count; it is not used any more. */
    void close() {
        tally.addBytes(
                -Arrays.stream(directory).distinct().mapToLong(Segment::bytes).sum());
    }

    /** Replaces a segment by one without dead holdings, no larger than it was. */
    void clean(Segment old, IntPredicate dead) {
        replace(old, old.cleaned(old.depth(), old.prefix(), old.capacity(), dead, runs));
    }

    /** Replaces a full segment by one or two that are at most half full. */
    private void grow(Segment old, IntPredicate dead) {
        if (2 * old.blocks() <= SPLIT_CAPACITY) {
            replace(old, old.cleaned(old.depth(), old.prefix(), SPLIT_CAPACITY, dead, runs));
        } else {
            var depth = old.depth() + 1;
            var prefix = old.prefix() << 1;
            replace(
                    old,
                    old.cleaned(depth, prefix, Segment.MAX_CAPACITY, dead, runs),
                    old.cleaned(depth, prefix | 1, Segment.MAX_CAPACITY, dead, runs));
        }
    }

    private void replace(Segment old, Segment... by) {
        var depth = Math.max(Integer.numberOfTrailingZeros(directory.length), by[0].depth());
        var next = new Segment[1 << depth];
        for (int i = 0; i < next.length; i++) {
            next[i] = directory[i >> (depth - Integer.numberOfTrailingZeros(directory.length))];
        }
        tally.addBytes(-old.bytes());
        tally.addBlocks(-old.blocks());
        for (var segment : by) {
            var span = depth - segment.depth();
            Arrays.fill(next, (int) (segment.prefix() << span), (int) ((segment.prefix() + 1) << span), segment);
            tally.addBytes(segment.bytes());
            tally.addBlocks(segment.blocks());
        }
        directory = next;
    }
}
