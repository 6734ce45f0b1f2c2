package dev.kvcachepool.cachenode.peer;

import dev.kvcachepool.cachenode.memory.ValueBuilder;
import org.jspecify.annotations.Nullable;

/** Where a value goes that is fetched from a peer, and how long that may take. Used by the fetching thread only. */
public interface Landing {

    /**
     * Makes room for a value.
     *
     * @return owned by the landing, which closes it; null where the value is not wanted after all, or has no room
     */
    @Nullable
    ValueBuilder begin(long size);

    /** When all of it must have come, by {@link System#nanoTime}; asked after {@link #begin}. */
    long endNanos();

    /** Whether anybody still waits for it; asked again and again. */
    boolean isWanted();
}
