package dev.kvcachepool.bridges.lmcache;

/**
 * One key of an event.
 *
 * @param tokens of the chunk alone; empty where they are not said
 * @param tokenOffset of the chunk's first token in its prompt, −1 where unknown
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record CacheEntry(CacheKey key, long sizeBytes, int[] tokens, int tokenOffset) {
    /** Without the tokens, which are a prompt. */
    @Override
    public String toString() {
        return "CacheEntry[" + key + "]";
    }
}
