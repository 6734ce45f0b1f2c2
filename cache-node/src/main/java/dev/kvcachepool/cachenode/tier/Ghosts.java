package dev.kvcachepool.cachenode.tier;

import java.util.LinkedHashSet;

/** Ids of units that were evicted not long ago, the oldest of which are forgotten first. Guarded by the tier's lock. */
final class Ghosts {
    /** Kept however few units the tier holds. */
    static final int LEAST = 64;
    /** Some 90 bytes of heap each. */
    static final int MOST = 1 << 18;

    private final LinkedHashSet<Long> ids = new LinkedHashSet<>();

    /**
     * Remembers an id.
     *
     * @param limit how many are remembered from now on, within {@value #LEAST} and {@value #MOST}
     */
    void add(long id, int limit) {
        ids.remove(id);
        ids.add(id);
        int most = Math.clamp(limit, LEAST, MOST);
        while (ids.size() > most) {
            ids.removeFirst();
        }
    }

    /** Whether an id is remembered; it is forgotten by that. */
    boolean take(long id) {
        return ids.remove(id);
    }

    int size() {
        return ids.size();
    }
}
