package dev.kvcachepool.cachenode.tier;

import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * SIEVE (Zhang et al., "SIEVE is Simpler than LRU", NSDI '24): units stay in the order in which they came; a use marks. A
 * hand goes from the oldest to the newest and begins anew: what is marked loses the mark and stays where it is, what is
 * not is evicted. Guarded by the tier's lock.
 */
final class Sieve implements EvictionPolicy {
    private final UnitList units = new UnitList();
    /** Where the hand looks next; null for the oldest. */
    private @Nullable UnitNode hand;

    @Override
    public void add(TierUnit unit) {
        unit.uses = 0;
        units.add(unit.order);
    }

    @Override
    public void used(TierUnit unit) {
        unit.uses = 1;
    }

    /** Twice around: the first round may only take marks away. */
    @Override
    public @Nullable TierUnit next(Predicate<TierUnit> evictable) {
        for (int left = 2 * units.size(); left > 0; left--) {
            var node = hand == null ? units.oldest() : hand;
            if (node == null) {
                return null;
            }
            hand = node.newer;
            if (node.unit.uses > 0) {
                node.unit.uses = 0;
            } else if (evictable.test(node.unit)) {
                return node.unit;
            }
        }
        return null;
    }

    @Override
    public void remove(TierUnit unit) {
        if (hand == unit.order) {
            hand = unit.order.newer;
        }
        unit.order.leave();
    }

    /** The marked ones, then the others, the newest first. */
    @Override
    public void forEachByUse(Consumer<TierUnit> each) {
        units.forEachNewestFirst(unit -> {
            if (unit.uses > 0) {
                each.accept(unit);
            }
        });
        units.forEachNewestFirst(unit -> {
            if (unit.uses == 0) {
                each.accept(unit);
            }
        });
    }
}
