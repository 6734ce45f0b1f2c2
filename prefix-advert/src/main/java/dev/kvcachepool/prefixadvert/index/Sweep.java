package dev.kvcachepool.prefixadvert.index;

import java.util.BitSet;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * Takes the holdings of forgotten holders out of the tables, a segment at a time, paid for by writes: forgetting itself
 * only marks the id. The ids that were dead when a {@link Round} began are free when it ends. For the writer alone.
 */
final class Sweep {
    private static final int CELLS_PER_WRITE = 32;

    private final HolderIds ids;
    private final Round round;
    private BitSet passIds = new BitSet();
    private long credit;

    /**
     * A sweep at rest.
     *
     * @param dropIfEmpty called with a namespace whose table was swept
     */
    Sweep(Map<Long, BlockTable> tables, HolderIds ids, LongConsumer dropIfEmpty) {
        this.ids = ids;
        this.round = new Round(tables, dropIfEmpty);
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
            round.begin();
        }
        if (round.isOver()) {
            ids.release(passIds);
            passIds = new BitSet();
            return;
        }
        credit -= round.next((table, segment) -> table.clean(segment, ids));
    }
}
