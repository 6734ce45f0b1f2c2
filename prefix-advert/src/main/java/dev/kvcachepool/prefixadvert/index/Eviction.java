package dev.kvcachepool.prefixadvert.index;

import java.util.Arrays;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * Takes the least useful blocks out of an index that is full: those that were written, and asked for, the most
 * {@link Generations} ago. A block of a {@link Run} is as old as the run's last use, so that a prefix stays or goes as a
 * whole; others are as old as their note says.
 *
 * <p>An eighth of a segment goes at a time: when it would have to grow, and segment by segment, paid for by writes, as long as
 * the index takes more than it may. Hashes are spread evenly, so that every segment draws the line at about the same age.
 * Where it goes through a generation, runs are drawn by lot, the same in each segment. For the writer alone.
 */
final class Eviction {
    private static final int SHARE = 8;
    private static final int AGES = 64;
    private static final int CELLS_PER_WRITE = 64;
    private static final int LOTS = 1 << 16;

    private final long maxBytes;
    private final Tally tally;
    private final HolderIds ids;
    private final Runs runs;
    private final Round round;
    private final int[] ofAge = new int[AGES];
    private long credit;
    private int edge;
    private int lotsOfEdge;

    Eviction(
            long maxBytes,
            Tally tally,
            HolderIds ids,
            Runs runs,
            Map<Long, BlockTable> tables,
            LongConsumer dropIfEmpty) {
        this.maxBytes = maxBytes;
        this.tally = tally;
        this.ids = ids;
        this.runs = runs;
        this.round = new Round(tables, dropIfEmpty);
    }

    /** Whether there is no room for so many bytes more. */
    boolean isFull(long more) {
        return tally.bytes() + more >= maxBytes;
    }

    /** Whether even what eviction allows for is used up. */
    boolean isOverfull() {
        return tally.bytes() >= maxBytes + maxBytes / SHARE;
    }

    /** One write happened: does the work that it pays for, if there is any to do. */
    void onWrite() {
        if (!isFull(0)) {
            credit = 0;
            return;
        }
        credit += CELLS_PER_WRITE;
        while (credit > 0 && isFull(0)) {
            if (round.isOver()) {
                round.begin();
            }
            credit -= Math.max(1, round.next((table, segment) -> table.evict(segment, this, ids)));
        }
    }

    /** Chooses which blocks of a segment leave: {@link #leaves}. */
    void choose(Segment segment) {
        Arrays.fill(ofAge, 0);
        int blocks = 0;
        for (int position = 0; position < segment.capacity(); position++) {
            if (segment.isTaken(position)) {
                ofAge[age(segment, position)]++;
                blocks++;
            }
        }
        int wanted = (blocks + SHARE - 1) / SHARE;
        for (edge = AGES - 1; edge > 0 && ofAge[edge] < wanted; edge--) {
            wanted -= ofAge[edge];
        }
        lotsOfEdge = ofAge[edge] == 0 ? 0 : (int) Math.ceilDiv((long) wanted * LOTS, ofAge[edge]);
    }

    /** Whether the block at a position of the segment chosen from leaves; then its holders no longer count. */
    boolean leaves(Segment segment, int position) {
        int age = age(segment, position);
        if (age < edge || (age == edge && lot(segment, position) >= lotsOfEdge)) {
            return false;
        }
        runs.leave(segment, position, segment.mixed(position));
        for (int holding : segment.holdings(position)) {
            int id = Holding.id(holding);
            if (!ids.isDead(id)) {
                ids.count(id, -1);
                tally.addPairs(-1);
                tally.addEvicted();
            }
        }
        return true;
    }

    private int age(Segment segment, int position) {
        return Math.clamp(runs.age(segment.note(position)), 0, AGES - 1);
    }

    /** The same for all blocks of a run, by the multiplication of Fibonacci hashing. */
    private static int lot(Segment segment, int position) {
        long run = segment.note(position) >>> Integer.SIZE;
        long drawn = run == 0 ? segment.mixed(position) : run * 0x9E3779B97F4A7C15L;
        return (int) (drawn >>> (Long.SIZE - 16));
    }
}
