package dev.kvcachepool.router.pick;

import dev.kvcachepool.prefixadvert.index.HolderGroups;
import dev.kvcachepool.prefixadvert.index.PrefixIndex;
import dev.kvcachepool.prefixadvert.index.PrefixLookup;
import dev.kvcachepool.prefixadvert.table.HolderView;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Look-ups that ask one index the same of the same holders, kept for the next pick: making one takes longer than looking up.
 * As many as there were picks at a time. Thread-safe; each look-up belongs to who took it.
 */
final class Lookups {
    private final PrefixIndex index;
    private final List<int[]> slots;
    private final List<Integer> requiredKvGroups;
    private final ConcurrentLinkedQueue<PrefixLookup> idle = new ConcurrentLinkedQueue<>();

    Lookups(PrefixIndex index, List<List<HolderView>> groups, List<Integer> requiredKvGroups) {
        this.index = index;
        this.slots = groups.stream()
                .map(group -> group.stream().mapToInt(HolderView::slot).toArray())
                .toList();
        this.requiredKvGroups = requiredKvGroups;
    }

    /** Whether they ask this. */
    @SuppressWarnings("ReferenceEquality") // an index is itself
    boolean ask(PrefixIndex other, List<List<HolderView>> groups, List<Integer> kvGroups) {
        if (index != other || slots.size() != groups.size() || !requiredKvGroups.equals(kvGroups)) {
            return false;
        }
        for (int i = 0; i < groups.size(); i++) {
            if (!isOf(slots.get(i), groups.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isOf(int[] slots, List<HolderView> group) {
        if (slots.length != group.size()) {
            return false;
        }
        for (int i = 0; i < slots.length; i++) {
            if (slots[i] != group.get(i).slot()) {
                return false;
            }
        }
        return true;
    }

    PrefixLookup take() {
        var kept = idle.poll();
        return kept == null ? index.lookup(new HolderGroups(slots, requiredKvGroups)) : kept;
    }

    void giveBack(PrefixLookup lookup) {
        idle.add(lookup);
    }
}
