package dev.kvcachepool.cachenode.tier;

import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The least recently used goes first. Guarded by the tier's lock. */
final class Lru implements EvictionPolicy {
    private final UnitList units = new UnitList();

    @Override
    public void add(TierUnit unit) {
        units.add(unit.order);
    }

    @Override
    public void filled(TierUnit unit) {
        used(unit);
    }

    @Override
    public void used(TierUnit unit) {
        units.add(unit.order);
    }

    @Override
    public void returned(TierUnit unit) {
        used(unit);
    }

    @Override
    public @Nullable TierUnit next(Predicate<TierUnit> evictable) {
        for (int left = units.size(); left > 0; left--) {
            var node = units.oldest();
            if (node == null || evictable.test(node.unit)) {
                return node == null ? null : node.unit;
            }
            units.add(node);
        }
        return null;
    }

    @Override
    public void remove(TierUnit unit) {
        unit.order.leave();
    }

    @Override
    public void forEachByUse(Consumer<TierUnit> each) {
        units.forEachNewestFirst(each);
    }
}
