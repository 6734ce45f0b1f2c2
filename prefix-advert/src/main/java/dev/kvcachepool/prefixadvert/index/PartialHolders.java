package dev.kvcachepool.prefixadvert.index;

import java.util.Arrays;

/** The holders of a part of one block that a look-up met, by group. Reused from block to block. */
final class PartialHolders {
    private int[] groups = {};
    private int[] shapes = {};
    private int count;

    void clear() {
        count = 0;
    }

    void add(int group, int shape) {
        if (count == groups.length) {
            groups = Arrays.copyOf(groups, count * 2 + 4);
            shapes = Arrays.copyOf(shapes, count * 2 + 4);
        }
        groups[count] = group;
        shapes[count++] = shape;
    }

    /** Whether the group's parts are a whole block together; only parts of one world size fit together. */
    boolean makeWhole(int group, Completeness completeness) {
        for (int i = 0; i < count; i++) {
            if (groups[i] == group && isWhole(group, completeness.shape(shapes[i]), i, completeness)) {
                return true;
            }
        }
        return false;
    }

    private boolean isWhole(int group, Shapes.Shape first, int from, Completeness completeness) {
        var held = first.held();
        for (int i = from + 1; i < count; i++) {
            var other = completeness.shape(shapes[i]);
            if (groups[i] == group && other.worldSize() == first.worldSize()) {
                held = held.union(other.held());
            }
        }
        return completeness.isWhole(new Shapes.Shape(first.worldSize(), held));
    }
}
