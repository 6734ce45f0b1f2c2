package dev.kvcachepool.cachenode.tier;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An order of eviction for each group with a quota, and one for all others, each by the same policy: what one group does never
 * moves what another has. Where room is needed for anybody, the next unit is one of the group that is fullest by its limit;
 * for those without one that is what the quotas leave, a sixteenth of the tier at least. Guarded by the tier's lock; {@link
 * #used(int)} is for anyone.
 */
final class GroupOrder implements EvictionPolicy {
    /** The least part of the tier by which those without a quota are measured. */
    private static final int OTHERS_SHARE = 16;

    /** By group; those without a limit are in the others'. */
    private final int[] orderOf;

    private final EvictionPolicy[] orders;
    private final long[] limits;
    private final AtomicLongArray used;
    /** The orders that {@link #next} has asked in vain. */
    private final boolean[] asked;

    GroupOrder(Quotas quotas, EvictionKind kind, long capacity) {
        int limited = (int) quotas.limits().stream()
                .filter(limit -> limit != Quotas.UNLIMITED)
                .count();
        this.orderOf = new int[quotas.groups()];
        this.orders = new EvictionPolicy[limited + 1];
        this.limits = new long[limited + 1];
        this.used = new AtomicLongArray(quotas.groups());
        this.asked = new boolean[limited + 1];
        long left = capacity;
        int next = 0;
        for (int group = 1; group < quotas.groups(); group++) {
            if (quotas.isLimited(group)) {
                orderOf[group] = ++next;
                limits[next] = Math.min(quotas.limit(group), capacity);
                orders[next] = kind.policy(limits[next]);
                left -= Math.min(left, limits[next]);
            }
        }
        limits[Quotas.OTHERS] = Math.max(1, Math.max(left, capacity / OTHERS_SHARE));
        orders[Quotas.OTHERS] = kind.policy(capacity);
    }

    /** The order of all where nobody has a quota. */
    EvictionPolicy only() {
        return orders[Quotas.OTHERS];
    }

    /** Bytes of a group's units. */
    long used(int group) {
        return used.get(group);
    }

    /** Says that a unit has grown, or shrunk where negative. */
    void resized(TierUnit unit, long bytes) {
        used.addAndGet(unit.group, bytes);
    }

    private EvictionPolicy orderOf(TierUnit unit) {
        return orders[orderOf[unit.group]];
    }

    @Override
    public void add(TierUnit unit) {
        orderOf(unit).add(unit);
    }

    @Override
    public void filled(TierUnit unit) {
        orderOf(unit).filled(unit);
    }

    @Override
    public void used(TierUnit unit) {
        orderOf(unit).used(unit);
    }

    @Override
    public void returned(TierUnit unit) {
        orderOf(unit).returned(unit);
    }

    @Override
    public void evicted(TierUnit unit) {
        orderOf(unit).evicted(unit);
    }

    @Override
    public void remove(TierUnit unit) {
        orderOf(unit).remove(unit);
    }

    /** The next of a group that has a limit. */
    @Nullable
    TierUnit nextOf(int group, Predicate<TierUnit> evictable) {
        return orders[orderOf[group]].next(evictable);
    }

    @Override
    public @Nullable TierUnit next(Predicate<TierUnit> evictable) {
        Arrays.fill(asked, false);
        for (int order = fullest(); order >= 0; order = fullest()) {
            var unit = orders[order].next(evictable);
            if (unit != null) {
                return unit;
            }
            asked[order] = true;
        }
        return null;
    }

    /** Of the orders that were not asked; −1 for none. */
    private int fullest() {
        int fullest = -1;
        double most = -1;
        for (int order = 0; order < orders.length; order++) {
            double share = (double) usedIn(order) / limits[order];
            if (!asked[order] && share > most) {
                fullest = order;
                most = share;
            }
        }
        return fullest;
    }

    private long usedIn(int order) {
        long sum = 0;
        for (int group = 0; group < orderOf.length; group++) {
            sum += orderOf[group] == order ? used.get(group) : 0;
        }
        return sum;
    }

    /** One of each order in turn, as uses in different ones are not compared. */
    @Override
    public void forEachByUse(Consumer<TierUnit> each) {
        var left = new ArrayList<ArrayDeque<TierUnit>>(orders.length);
        for (var order : orders) {
            var units = new ArrayDeque<TierUnit>();
            order.forEachByUse(units::add);
            left.add(units);
        }
        while (left.stream().anyMatch(units -> !units.isEmpty())) {
            takeTurn(left, each);
        }
    }

    private static void takeTurn(List<ArrayDeque<TierUnit>> left, Consumer<TierUnit> each) {
        for (var units : left) {
            var next = units.poll();
            if (next != null) {
                each.accept(next);
            }
        }
    }

    @Override
    public int ghosts() {
        return Arrays.stream(orders).mapToInt(EvictionPolicy::ghosts).sum();
    }
}
