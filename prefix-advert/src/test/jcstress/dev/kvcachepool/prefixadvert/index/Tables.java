package dev.kvcachepool.prefixadvert.index;

import java.util.Arrays;
import java.util.Map;
import java.util.StringJoiner;

/** A table as the index has it, with what its writer needs. */
final class Tables {
    private final Tally tally = new Tally();
    private final HolderIds ids = new HolderIds();
    private final Runs runs = new Runs(tally, new Generations(tally));
    private final Eviction eviction =
            new Eviction(Long.MAX_VALUE, tally, ids, runs, Map.of(), namespace -> {});
    final BlockTable table = new BlockTable(new HolderSets(tally), tally, runs);

    /** Holders by id. */
    void put(long mixed, int... holders) {
        for (int id : holders) {
            table.put(mixed, Holding.of(id, Shapes.SINGLE, 1), ids, eviction);
        }
    }

    void remove(long mixed, int id) {
        table.remove(mixed, id, ids);
    }

    /** The ids of a block's holders as a reader sees them, ascending; empty where there is none. */
    String holders(long mixed) {
        int[] found = new int[8];
        int[] count = {0};
        table.forEachHolding(mixed, holding -> found[count[0]++] = Holding.id(holding));
        var text = new StringJoiner(" ");
        Arrays.stream(found, 0, count[0]).forEach(id -> text.add("" + id));
        return text.toString();
    }
}
