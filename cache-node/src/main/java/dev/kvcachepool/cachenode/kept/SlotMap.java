package dev.kvcachepool.cachenode.kept;

import java.util.BitSet;

/** Which slots of a table are free; runs are looked for from where the last one was found. Not thread-safe. */
final class SlotMap {
    static final int NONE = -1;

    private final BitSet used = new BitSet();
    private final int slots;
    private int taken;
    private int from;
    /** No run this long was found, and nothing was freed since. */
    private int tooLong = Integer.MAX_VALUE;

    SlotMap(int slots) {
        this.slots = slots;
    }

    int taken() {
        return taken;
    }

    /** Takes a run of {@code count}; {@link #NONE} where there is none. */
    int take(int count) {
        if (count >= tooLong) {
            return NONE;
        }
        int found = find(from, slots, count);
        if (found == NONE) {
            found = find(0, Math.min(slots, from + count), count);
        }
        if (found == NONE) {
            tooLong = count;
        } else {
            claim(found, count);
            from = found + count;
        }
        return found;
    }

    private int find(int begin, int end, int count) {
        int free = used.nextClearBit(begin);
        while (free + count <= end) {
            int next = used.nextSetBit(free);
            if (next < 0 || next >= free + count) {
                return free;
            }
            free = used.nextClearBit(next);
        }
        return NONE;
    }

    /** Takes a given run, which is free. */
    void claim(int first, int count) {
        used.set(first, first + count);
        taken += count;
    }

    void free(int first, int count) {
        used.clear(first, first + count);
        taken -= count;
        tooLong = Integer.MAX_VALUE;
    }
}
