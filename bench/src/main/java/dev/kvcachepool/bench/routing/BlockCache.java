package dev.kvcachepool.bench.routing;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** A node's blocks, at most so many; those that were used least recently leave. */
final class BlockCache {
    private final int capacity;
    private final Map<Integer, Boolean> blocks = new LinkedHashMap<>(16, 0.75f, true);

    BlockCache(int capacity) {
        this.capacity = capacity;
    }

    /** Length of the prefix that is there. */
    int match(List<Integer> ids) {
        int length = 0;
        while (length < ids.size() && blocks.containsKey(ids.get(length))) {
            length++;
        }
        return length;
    }

    /** Has all of {@code ids}, the head touched last, so that tails leave first; tells who came (true) and left. */
    void insert(List<Integer> ids, BiConsumer<Integer, Boolean> changes) {
        for (var id : ids.reversed()) {
            if (blocks.put(id, true) == null) {
                changes.accept(id, true);
            }
        }
        while (blocks.size() > capacity) {
            var oldest = blocks.keySet().iterator();
            changes.accept(oldest.next(), false);
            oldest.remove();
        }
    }
}
