package dev.kvcachepool.prefixadvert.index;

import dev.kvcachepool.prefixadvert.wire.BlockChain;
import java.util.Arrays;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of one namespace: extendible hashing (Fagin, Nievergelt, Pippenger, Strong, 1979) over {@link Segment}s. A
 * full segment is copied to a larger one, and split in two once it is large, so that no write copies more than one
 * segment however large the table is. The directory is an immutable array that each such change replaces; a segment that
 * was replaced is not written any more. One writer, any number of readers.
 */
final class BlockTable {
    /** 384 KiB: under half of G1's smallest region, beyond which each array would take whole ones. */
    private static final int SPLIT_CAPACITY = 1 << 14;

    private final HolderSets sets;
    private final Tally tally;
    private final Runs runs;
    private volatile Segment[] directory;
    private Runs.@Nullable Place joined;

    BlockTable(HolderSets sets, Tally tally, Runs runs) {
        this.sets = sets;
        this.directory = new Segment[] {new Segment(0, 0, Segment.MIN_CAPACITY, sets)};
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
    long touch(long mixed) {
        return segment(directory, mixed).touch(mixed);
    }

    /** Adds or replaces a holding; true where the holder had none for this block. */
    boolean put(long mixed, int holding, HolderIds ids, Eviction eviction) {
        var segment = segment(directory, mixed);
        var position = segment.find(mixed);
        while (position < 0 && segment.isFull()) {
            if (eviction.isFull(segment.bytes())) {
                evict(segment, eviction, ids);
            } else {
                grow(segment, ids);
            }
            segment = segment(directory, mixed);
            position = segment.find(mixed);
        }
        if (position >= 0) {
            if (segment.says(position, holding)) {
                return false;
            }
            runs.leave(segment, position, mixed);
            segment.note(position, runs.fresh());
        }
        var bytes = segment.bytes();
        var blocks = segment.blocks();
        var added = position < 0 || segment.put(position, holding);
        if (position < 0) {
            segment.insert(~position, mixed, holding, runs.fresh());
        }
        tally.addBytes(segment.bytes() - bytes);
        tally.addBlocks(segment.blocks() - blocks);
        return added;
    }

    /** Whether the holder {@code id} has the block. */
    boolean holds(long mixed, int id) {
        var segment = segment(directory, mixed);
        var position = segment.find(mixed);
        return position >= 0 && segment.holds(position, id);
    }

    /** Names what anyone holds of a block, the dead among them. By anyone. */
    void forEachHolding(long mixed, IntConsumer each) {
        long word = word(mixed);
        int[] list = null;
        while (HolderSets.isSet(word) && (list = sets.list(word)) == null) {
            word = word(mixed);
        }
        if (list != null) {
            Arrays.stream(list).forEach(each);
            return;
        }
        if (HolderSets.first(word) != Holding.NONE) {
            each.accept(HolderSets.first(word));
        }
        if (HolderSets.second(word) != Holding.NONE) {
            each.accept(HolderSets.second(word));
        }
    }

    /** The word of a block as it stands now, 0 where it is not there. By anyone. */
    long word(long mixed) {
        var segment = segment(directory, mixed);
        int position = segment.find(mixed);
        return position < 0 ? 0 : segment.word(position);
    }

    /** Removes the holding of {@code id}; true where there was one. */
    boolean remove(long mixed, int id, HolderIds ids) {
        var segment = segment(directory, mixed);
        var position = segment.find(mixed);
        if (position < 0 || !segment.holds(position, id)) {
            return false;
        }
        runs.leave(segment, position, mixed);
        var bytes = segment.bytes();
        var blocks = segment.blocks();
        var removed = segment.remove(position, id);
        tally.addBytes(segment.bytes() - bytes);
        tally.addBlocks(segment.blocks() - blocks);
        if (removed && segment.isSparse()) {
            clean(segment, ids);
        }
        return removed;
    }

    /** Where a block stands that anyone has or had, or null. */
    Runs.@Nullable Place place(long mixed) {
        var segment = segment(directory, mixed);
        var position = segment.find(mixed);
        return position < 0 ? null : new Runs.Place(segment, position, mixed);
    }

    /** Says that a block comes right after another in a chain; false where one of them is not here. */
    boolean join(long before, long after) {
        var placeBefore = isHere(joined, before) ? joined : place(before);
        var placeAfter = place(after);
        joined = placeAfter;
        if (placeBefore == null || placeAfter == null) {
            return false;
        }
        runs.join(placeBefore, placeAfter);
        return true;
    }

    /**
     * Says that block {@code at} of a chain comes right after the one before it; returns how many blocks from there on are in a
     * run with it now, 0 where one of the two is not here.
     */
    int learn(BlockChain chain, int at) {
        long mixed = Mix.of(chain.high(at), chain.low(at));
        if (!join(Mix.of(chain.high(at - 1), chain.low(at - 1)), mixed) || joined == null) {
            return 0;
        }
        long note = joined.note();
        var run = runs.at(note, mixed);
        return run == null ? 1 : run.agreement(Runs.place(note), chain, at);
    }

    /** Whether the block stands where it was when it came after another one. */
    private boolean isHere(Runs.@Nullable Place place, long mixed) {
        return place != null && place.mixed() == mixed && segment(directory, mixed) == place.segment();
    }

    boolean isEmpty() {
        for (var segment : directory) {
            if (segment.blocks() > 0) {
                return false;
            }
        }
        return true;
    }

    /** Takes an empty table's bytes out of the count; it is not used any more. */
    void close() {
        tally.addBytes(
                -Arrays.stream(directory).distinct().mapToLong(Segment::bytes).sum());
    }

    /** Replaces a segment by one without dead holdings, no larger than it was. */
    void clean(Segment old, HolderIds ids) {
        replace(old, old.cleaned(old.capacity(), ids, runs));
    }

    /** Replaces a segment by one without its least useful blocks, and without dead holdings. */
    void evict(Segment old, Eviction eviction, HolderIds ids) {
        eviction.choose(old);
        replace(old, old.evicted(eviction, ids, runs));
    }

    /** Replaces a full segment by one or two that are at most half full. */
    private void grow(Segment old, HolderIds ids) {
        if (2 * old.blocks() <= SPLIT_CAPACITY) {
            replace(old, old.cleaned(SPLIT_CAPACITY, ids, runs));
        } else {
            replace(old, old.split(ids, runs));
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
