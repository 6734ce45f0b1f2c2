package dev.kvcachepool.bench.store;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** All cells of a run, in the order in which they were first measured. */
final class StoreResults {
    private final SequencedMap<Cell, CellResult> cells = new LinkedHashMap<>();

    void add(Cell cell, Sample sample) {
        cells.computeIfAbsent(cell, _ -> new CellResult()).add(sample);
    }

    @Nullable
    CellResult of(Cell cell) {
        return cells.get(cell);
    }

    SequencedMap<Cell, CellResult> all() {
        return cells;
    }

    /** Bytes that were wrong in any value of any server. */
    long wrongBytes() {
        return cells.values().stream()
                .mapToLong(cell -> cell.tally().wrongBytes())
                .sum();
    }

    /** Values that were not there or not taken, though there was room. */
    long lostValues() {
        return cells.values().stream()
                .mapToLong(cell -> cell.tally().missing() + cell.tally().refused())
                .sum();
    }
}
