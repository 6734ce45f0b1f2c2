package dev.kvcachepool.prefixadvert.index;

import java.util.Arrays;
import java.util.List;

/** For one thread's look-ups: which groups each holder counts for, by the holder's id. */
final class GroupsOfHolder {
    private static final int NOBODY = 0;
    private static final int[] NO_GROUPS = {};

    private final List<int[]> slotsOfGroup;
    private final HolderIds ids;

    /** Per id: 0, one more than its only group, or the complement of a place in {@link #several}. */
    private int[] groups = {};

    private int[][] several = {};
    private long version = -1;

    GroupsOfHolder(List<int[]> slotsOfGroup, HolderIds ids) {
        this.slotsOfGroup = slotsOfGroup;
        this.ids = ids;
    }

    /** How many groups there are. */
    int count() {
        return slotsOfGroup.size();
    }

    /** Translates the slots as they stand now; whether that may have changed anything. */
    boolean refresh() {
        long now = ids.version();
        if (now == version) {
            return false;
        }
        version = now;
        groups = new int[ids.limit()];
        several = new int[0][];
        for (int group = 0; group < slotsOfGroup.size(); group++) {
            for (int slot : slotsOfGroup.get(group)) {
                var id = ids.ofSlot(slot);
                // An id beyond the limit was handed out after this began.
                if (id != HolderIds.NONE && id < groups.length) {
                    add(id, group);
                }
            }
        }
        return true;
    }

    /** The holder's only group, −1 where it has none, or less where it has {@link #several}. */
    int only(int id) {
        return id < groups.length ? groups[id] - 1 : -1;
    }

    /** The holder's groups where {@link #only} is below −1. */
    int[] several(int id) {
        return groups[id] < NOBODY ? several[~groups[id]] : NO_GROUPS;
    }

    private void add(int id, int group) {
        var before = groups[id];
        if (before == NOBODY) {
            groups[id] = group + 1;
        } else if (before > NOBODY) {
            if (before != group + 1) {
                several = Arrays.copyOf(several, several.length + 1);
                several[several.length - 1] = new int[] {before - 1, group};
                groups[id] = ~(several.length - 1);
            }
        } else {
            var all = several[~before];
            if (all[all.length - 1] != group) {
                several[~before] = Arrays.copyOf(all, all.length + 1);
                several[~before][all.length] = group;
            }
        }
    }
}
