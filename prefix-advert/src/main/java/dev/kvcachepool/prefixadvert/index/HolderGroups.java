package dev.kvcachepool.prefixadvert.index;

import java.util.List;

/**
 * Which holders count together: a block is held by a group (the holders joined to one endpoint) when the union over its
 * holders has every rank and every KV group that the model requires.
 *
 * @param slotsOfGroup per group the holders' slots; the same slot may stand in several groups
 * @param requiredKvGroups the model's KV groups, at least one
 */
public record HolderGroups(List<int[]> slotsOfGroup, List<Integer> requiredKvGroups) {
    public HolderGroups {
        slotsOfGroup = List.copyOf(slotsOfGroup);
        requiredKvGroups = List.copyOf(requiredKvGroups);
    }
}
