package dev.kvcachepool.prefixadvert.index;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Stands between the slots that callers know and the ids that holdings carry. A slot has one id from its first holding
 * until it is forgotten; the id is then dead, and serves again only when no holding carries it and a good many others
 * were freed after it: look-ups translate slots when they start, and must not meet an id's next life.
 *
 * <p>One writer; readers call {@link #ofSlot}, {@link #limit}, {@link #version} and {@link #held} only.
 */
final class HolderIds {
    static final int NONE = -1;
    private static final int MAX_SLOTS = 1 << 20;
    private static final int RESTING = 1024;

    private volatile AtomicIntegerArray idPlusOne = new AtomicIntegerArray(64);
    private volatile int limit;
    private volatile long version;
    private volatile AtomicLongArray held = new AtomicLongArray(64);
    private final BitSet dead = new BitSet();
    private final ArrayDeque<Integer> free = new ArrayDeque<>();

    /** The slot's id now, or {@link #NONE}. */
    int ofSlot(int slot) {
        var ids = idPlusOne;
        return slot >= 0 && slot < ids.length() ? ids.get(slot) - 1 : NONE;
    }

    /** Another number after each change of who has which id. */
    long version() {
        return version;
    }

    /** All ids are below. */
    int limit() {
        return limit;
    }

    /** The slot's id, a new one where it has none; {@link #NONE} where all ids are in use or not yet swept. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    int assign(int slot) {
        if (slot < 0 || slot >= MAX_SLOTS) {
            throw new IllegalArgumentException("slot is " + slot + ", allowed are 0 to " + (MAX_SLOTS - 1));
        }
        var id = ofSlot(slot);
        if (id == NONE) {
            id = take();
            if (id != NONE) {
                room(slot).set(slot, id + 1);
                version++;
            }
        }
        return id;
    }

    /** Counts a holding that came (1) or went (−1). */
    void count(int id, int more) {
        held.setRelease(id, held.getPlain(id) + more);
    }

    /** Makes the slot's id dead; returns how many holdings it has. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    long retire(int slot) {
        var id = ofSlot(slot);
        if (id == NONE) {
            return 0;
        }
        idPlusOne.set(slot, 0);
        version++;
        dead.set(id);
        var count = held.getPlain(id);
        held.setRelease(id, 0);
        return count;
    }

    /** How many holdings the slot has. */
    long held(int slot) {
        int id = ofSlot(slot);
        return id == NONE ? 0 : held.get(id);
    }

    boolean isDead(int id) {
        return dead.get(id);
    }

    boolean hasDead() {
        return !dead.isEmpty();
    }

    /** A copy of the ids that are dead now. */
    BitSet dead() {
        return (BitSet) dead.clone();
    }

    /** These ids are carried by no holding any more. */
    void release(BitSet swept) {
        dead.andNot(swept);
        swept.stream().forEach(free::addLast);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    private int take() {
        if (free.size() > RESTING || limit == Holding.MAX_IDS) {
            return free.isEmpty() ? NONE : free.removeFirst();
        }
        var id = limit++;
        if (id == held.length()) {
            var more = new AtomicLongArray(2 * id);
            for (int i = 0; i < id; i++) {
                more.setPlain(i, held.getPlain(i));
            }
            held = more;
        }
        return id;
    }

    private AtomicIntegerArray room(int slot) {
        var ids = idPlusOne;
        if (slot < ids.length()) {
            return ids;
        }
        var more = new AtomicIntegerArray(Integer.highestOneBit(slot) << 1);
        for (int i = 0; i < ids.length(); i++) {
            more.setPlain(i, ids.getPlain(i));
        }
        idPlusOne = more;
        return more;
    }
}
