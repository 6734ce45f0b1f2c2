package dev.kvcachepool.prefixadvert.table;

import java.util.ArrayDeque;

/**
 * Hands out the small numbers that stand for (holder, incarnation) in the index. A returned slot rests until
 * {@value #RESTING} others were returned after it, so that a look-up that still has the old meaning in hand does not
 * meet the new one. Not thread-safe: the table's writer owns it.
 */
final class Slots {
    private static final int RESTING = 256;
    private final ArrayDeque<Integer> free = new ArrayDeque<>();
    private int next;

    int take() {
        return free.size() > RESTING ? free.removeFirst() : next++;
    }

    void giveBack(int slot) {
        free.addLast(slot);
    }
}
