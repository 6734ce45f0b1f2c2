package dev.kvcachepool.cachenode.tier;

import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * SIEVE (Zhang et al., "SIEVE is Simpler than LRU", NSDI '24): units stay in the order in which they came; a use marks. A
 * hand goes from the oldest to the newest and begins anew: what is marked loses the mark and stays where it is, what is
 * not is evicted, or begins anew as the newest where it cannot be evicted now. Guarded by the tier's lock.
 */
final class Sieve implements EvictionPolicy {
    private static final int ROUNDS = 3;

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

    /** After a round in vain twice more from the oldest on: the first of these may only take marks away. */
    @Override
    public @Nullable TierUnit next(Predicate<TierUnit> evictable) {
        int size = units.size();
        for (int i = 0; i < ROUNDS * size; i++) {
            if (i > 0 && i % size == 0) {
                hand = null;
            }
            var node = hand == null ? units.oldest() : hand;
            if (node == null) {
                return null;
            }
            hand = node.newer;
            if (node.unit.uses > 0) {
                node.unit.uses = 0;
            } else if (evictable.test(node.unit)) {
                return node.unit;
            } else {
                units.add(node);
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
