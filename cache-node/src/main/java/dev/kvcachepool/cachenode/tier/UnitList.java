package dev.kvcachepool.cachenode.tier;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Units from the oldest to the newest, linked through themselves. Guarded by the tier's lock. */
final class UnitList {
    private @Nullable TierUnit oldest;
    private @Nullable TierUnit newest;
    private int size;

    @Nullable
    TierUnit oldest() {
        return oldest;
    }

    void forEachNewestFirst(Consumer<TierUnit> each) {
        for (var unit = newest; unit != null; unit = unit.older) {
            each.accept(unit);
        }
    }

    int size() {
        return size;
    }

    void add(TierUnit unit) {
        unit.list = this;
        unit.older = newest;
        unit.newer = null;
        if (newest == null) {
            oldest = unit;
        } else {
            newest.newer = unit;
        }
        newest = unit;
        size++;
    }

    void remove(TierUnit unit) {
        if (unit.older == null) {
            oldest = unit.newer;
        } else {
            unit.older.newer = unit.newer;
        }
        if (unit.newer == null) {
            newest = unit.older;
        } else {
            unit.newer.older = unit.older;
        }
        unit.older = null;
        unit.newer = null;
        unit.list = null;
        size--;
    }
}
