package dev.kvcachepool.cachenode.store;

/** What became of a wish to have a chunk in memory. */
public enum WarmResult {
    /** Nothing of it lies on disk only. */
    IN_MEMORY,
    /** It is about to be read. */
    READING,
    /** The chunk is not there, or not whole. */
    MISSING,
    /** Leases and what is being read take all that reading ahead may take; worth another try later. */
    NO_ROOM
}
