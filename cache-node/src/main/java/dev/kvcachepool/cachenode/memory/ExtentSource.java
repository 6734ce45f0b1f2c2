package dev.kvcachepool.cachenode.memory;

import org.jspecify.annotations.Nullable;

/** Where a value being received takes its memory from. Thread-safe. */
public interface ExtentSource {

    /**
     * Takes memory for bytes that arrive.
     *
     * @param tenant whose bytes they are
     * @param wanted bytes, at least 1
     * @return an extent of at most a page, often smaller than {@code wanted}; null when there is no room
     */
    @Nullable
    Extent take(Tenant tenant, long wanted);

    /** Says that {@code bytes} taken here are in flight no more: stored, or freed. */
    void settled(long bytes);
}
