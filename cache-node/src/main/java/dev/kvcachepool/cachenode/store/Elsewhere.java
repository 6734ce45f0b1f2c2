package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.memory.Value;
import org.jspecify.annotations.Nullable;

/** Where values are that are neither in memory nor on disk, for who writes them there. */
interface Elsewhere {
    /** A store that has only memory and a disk. */
    Elsewhere NOWHERE = new Elsewhere() {
        @Override
        public @Nullable Value copyOf(Entry entry) {
            return null;
        }

        @Override
        public void leaveAlone() {}
    };

    /**
     * A copy, in memory that was free, of a value that is there and not on disk; null when it is not to be had. Held for the
     * caller.
     */
    @Nullable
    Value copyOf(Entry entry);

    /** From now on what is on disk does not go there, where it would take the place of what is not. */
    void leaveAlone();
}
