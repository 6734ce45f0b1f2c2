package dev.kvcachepool.cachenode.tier;

import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * S3-FIFO (Yang et al., "FIFO queues are all you need for cache eviction", SOSP '23), by bytes:
 *
 * <ol>
 *   <li>A new unit goes to the small queue, one that is among the ghosts to the main queue.
 *   <li>A use adds one to the unit's count, up to {@value #MOST_USES}.
 *   <li>When the small queue has a tenth of the tier or more it gives: its oldest unit goes to the main queue if it was used
 *       more than once, else it is evicted and becomes a ghost.
 *   <li>Otherwise the main queue gives: its oldest unit goes to the end with a count one less, and is evicted at 0.
 * </ol>
 *
 * <p>What cannot be evicted now goes to its queue's end. Ghosts are as many as nine tenths of the units that the tier holds now. Guarded by the tier's lock.
 */
final class S3Fifo implements EvictionPolicy {
    private static final int SMALL_SHARE = 10;
    private static final int MOST_USES = 3;
    private static final int USES_OF_MAIN = 2;

    private final UnitList small = new UnitList();
    private final UnitList main = new UnitList();
    private final Ghosts ghosts = new Ghosts();
    private final long smallBytes;

    /** For a tier of {@code capacityBytes}. */
    S3Fifo(long capacityBytes) {
        this.smallBytes = capacityBytes / SMALL_SHARE;
    }

    @Override
    public void add(TierUnit unit) {
        unit.uses = 0;
        (ghosts.take(unit.id) ? main : small).add(unit.order);
    }

    @Override
    public void used(TierUnit unit) {
        unit.uses = Math.min(unit.uses + 1, MOST_USES);
    }

    @Override
    public @Nullable TierUnit next(Predicate<TierUnit> evictable) {
        if (small.bytes() >= smallBytes) {
            var unit = ofSmall(evictable);
            return unit == null ? ofMain(evictable) : unit;
        }
        var unit = ofMain(evictable);
        return unit == null ? ofSmall(evictable) : unit;
    }

    private @Nullable TierUnit ofSmall(Predicate<TierUnit> evictable) {
        for (int left = small.size(); left > 0; left--) {
            var node = small.oldest();
            if (node == null) {
                return null;
            }
            if (node.unit.uses >= USES_OF_MAIN) {
                node.unit.uses = 0;
                main.add(node);
            } else if (evictable.test(node.unit)) {
                return node.unit;
            } else {
                small.add(node);
            }
        }
        return null;
    }

    private @Nullable TierUnit ofMain(Predicate<TierUnit> evictable) {
        for (int left = main.size() * (MOST_USES + 1); left > 0; left--) {
            var node = main.oldest();
            if (node == null) {
                return null;
            }
            if (node.unit.uses == 0 && evictable.test(node.unit)) {
                return node.unit;
            }
            node.unit.uses = Math.max(0, node.unit.uses - 1);
            main.add(node);
        }
        return null;
    }

    @Override
    public void evicted(TierUnit unit) {
        if (unit.order.list == small) {
            ghosts.add(unit.id, (small.size() + main.size()) / SMALL_SHARE * (SMALL_SHARE - 1));
        }
        remove(unit);
    }

    @Override
    public void remove(TierUnit unit) {
        unit.order.leave();
    }

    /** The main queue's used ones, then what is new, then the rest. */
    @Override
    public void forEachByUse(Consumer<TierUnit> each) {
        main.forEachNewestFirst(unit -> {
            if (unit.uses > 0) {
                each.accept(unit);
            }
        });
        small.forEachNewestFirst(each);
        main.forEachNewestFirst(unit -> {
            if (unit.uses == 0) {
                each.accept(unit);
            }
        });
    }

    @Override
    public int ghosts() {
        return ghosts.size();
    }
}
