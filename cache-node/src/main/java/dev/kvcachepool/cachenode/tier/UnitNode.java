package dev.kvcachepool.cachenode.tier;

import org.jspecify.annotations.Nullable;

/** A unit's place in one list at a time: made with the unit, so that moving it allocates nothing. Guarded by the tier's lock. */
final class UnitNode {
    final TierUnit unit;

    @Nullable
    UnitNode older;

    @Nullable
    UnitNode newer;

    @Nullable
    UnitList list;

    UnitNode(TierUnit unit) {
        this.unit = unit;
    }

    /** Takes the unit out of the list that it is in, if any. */
    void leave() {
        if (list != null) {
            list.remove(this);
        }
    }
}
