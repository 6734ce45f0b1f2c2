package dev.kvcachepool.cachenode.tier;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Units from the oldest to the newest, and their bytes. Guarded by the tier's lock; {@link #bytes} is for anyone. */
final class UnitList {
    private final AtomicLong bytes = new AtomicLong();
    private @Nullable UnitNode oldest;
    private @Nullable UnitNode newest;
    private int size;

    @Nullable
    UnitNode oldest() {
        return oldest;
    }

    @Nullable
    UnitNode newest() {
        return newest;
    }

    void forEachNewestFirst(Consumer<TierUnit> each) {
        for (var node = newest; node != null; node = node.older) {
            each.accept(node.unit);
        }
    }

    int size() {
        return size;
    }

    /** Bytes of its units. */
    long bytes() {
        return bytes.get();
    }

    /** Says that one of its units has grown, or shrunk where negative. */
    void resized(long by) {
        bytes.addAndGet(by);
    }

    /** Takes a unit in as the newest, out of the list that it was in. */
    void add(UnitNode node) {
        node.leave();
        node.list = this;
        node.older = newest;
        node.newer = null;
        if (newest == null) {
            oldest = node;
        } else {
            newest.newer = node;
        }
        newest = node;
        size++;
        bytes.addAndGet(node.unit.bytes);
    }

    void remove(UnitNode node) {
        if (node.older == null) {
            oldest = node.newer;
        } else {
            node.older.newer = node.newer;
        }
        if (node.newer == null) {
            newest = node.older;
        } else {
            node.newer.older = node.older;
        }
        node.older = null;
        node.newer = null;
        node.list = null;
        size--;
        bytes.addAndGet(-node.unit.bytes);
    }
}
