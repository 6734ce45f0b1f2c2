package dev.kvcachepool.prefixadvert.index;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.LongConsumer;

/**
 * Goes once through every segment of every table, in the order of mixed hashes, whatever is split or copied meanwhile. For the
 * writer alone.
 */
final class Round {
    private final Map<Long, BlockTable> tables;
    private final LongConsumer dropIfEmpty;
    private final Deque<Long> namespaces = new ArrayDeque<>();
    private long from;

    /**
     * A round that is over.
     *
     * @param dropIfEmpty called with a namespace that has been gone through
     */
    Round(Map<Long, BlockTable> tables, LongConsumer dropIfEmpty) {
        this.tables = tables;
        this.dropIfEmpty = dropIfEmpty;
    }

    void begin() {
        namespaces.clear();
        namespaces.addAll(tables.keySet());
        from = 0;
    }

    boolean isOver() {
        return namespaces.isEmpty();
    }

    /** Has {@code work} done on the next segment, if there is one; returns how many cells that is. */
    int next(BiConsumer<BlockTable, Segment> work) {
        var namespace = namespaces.peekFirst();
        if (namespace == null) {
            return 0;
        }
        var table = tables.get(namespace);
        int cells = 0;
        if (table != null) {
            var segment = BlockTable.segment(table.directory(), from);
            cells = segment.capacity();
            from = segment.depth() == 0 ? 0 : (segment.prefix() + 1) << (Long.SIZE - segment.depth());
            work.accept(table, segment);
        }
        if (from == 0 || table == null) {
            namespaces.removeFirst();
            from = 0;
            dropIfEmpty.accept(namespace);
        }
        return cells;
    }
}
