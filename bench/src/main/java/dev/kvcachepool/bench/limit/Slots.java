package dev.kvcachepool.bench.limit;

import dev.kvcachepool.bench.load.Content;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Keys of one connection and what was last stored under each, whether or not the server still has it. New keys until there
 * are as many as allowed; then the oldest is overwritten, with another size.
 */
final class Slots {
    private final Content content;
    private final long firstKey;
    private final int most;
    private final List<Slot> slots = new ArrayList<>();
    private int next;

    /** Uses the keys from {@code firstKey} on, at most {@code most} of them. */
    Slots(Content content, long firstKey, int most) {
        this.content = content;
        this.firstKey = firstKey;
        this.most = most;
    }

    /** Another version of the next slot, of so many bytes. */
    Slot store(long size) {
        int version = next < slots.size() ? slots.get(next).version + 1 : 1;
        var slot = new Slot(firstKey + next, version, size);
        if (next < slots.size()) {
            slots.set(next, slot);
        } else {
            slots.add(slot);
        }
        next = (next + 1) % most;
        return slot;
    }

    /** The one that was stored {@code back} stores ago, 0 for the last; not more than there are. */
    Slot recent(int back) {
        return slots.get(Math.floorMod(next - 1 - back, slots.size()));
    }

    int count() {
        return slots.size();
    }

    List<Slot> all() {
        return List.copyOf(slots);
    }

    MemorySegment value(Slot slot) {
        return content.of(slot.key, slot.version, slot.size);
    }

    /** Size in bytes. */
    record Slot(long key, int version, long size) {}
}
