package dev.kvcachepool.prefixadvert.index;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * Takes the holdings of forgotten holders out of the tables, a segment at a time, paid for by writes: forgetting itself
 * only marks the id. A pass goes once through every table in the order of mixed hashes, whatever is split or copied
 * meanwhile; the ids that were dead when it began are free when it ends. For the writer alone.
 */
final class Sweep {
    private static final int CELLS_PER_WRITE = 32;

    private final Map<Long, BlockTable> tables;
    private final HolderIds ids;
    private final LongConsumer dropIfEmpty;
    private final Deque<Long> namespaces = new ArrayDeque<>();
    private BitSet passIds = new BitSet();
    private long from;
    private long credit;

    /**
     * A sweep at rest.
     *
     * @param dropIfEmpty called with a namespace whose table was swept
     */
    Sweep(Map<Long, BlockTable> tables, HolderIds ids, LongConsumer dropIfEmpty) {
        this.tables = tables;
        this.ids = ids;
        this.dropIfEmpty = dropIfEmpty;
    }

    /** One write happened: does the work that it pays for, if there is any to do. */
    void onWrite() {
        if (!ids.hasDead()) {
            return;
        }
        credit += CELLS_PER_WRITE;
        while (credit > 0 && ids.hasDead()) {
            step();
        }
    }

    /** Ends the pass, and does another one for the ids that died during it. */
    void finish() {
        while (ids.hasDead()) {
            step();
        }
        credit = 0;
    }

    /** Sweeps one segment, if there is anything to sweep. */
    void step() {
        if (!ids.hasDead()) {
            return;
        }
        if (passIds.isEmpty()) {
            passIds = ids.dead();
            namespaces.addAll(tables.keySet());
            from = 0;
        }
        var namespace = namespaces.peekFirst();
        if (namespace == null) {
            ids.release(passIds);
            passIds = new BitSet();
            return;
        }
        var table = tables.get(namespace);
        if (table == null || sweepSegment(table)) {
            namespaces.removeFirst();
            from = 0;
            dropIfEmpty.accept(namespace);
        }
    }

    /** Sweeps the segment at {@link #from} and moves on; true at the table's end. */
    private boolean sweepSegment(BlockTable table) {
        var segment = BlockTable.segment(table.directory(), from);
        credit -= segment.capacity();
        table.clean(segment, ids);
        var next = segment.prefix() + 1;
        from = segment.depth() == 0 ? 0 : next << (Long.SIZE - segment.depth());
        return from == 0;
    }
}
