package dev.kvcachepool.cachenode.store;

/** What became of a value. */
public enum PutResult {
    STORED,
    /** There was no room for it; the key now has no value. */
    DROPPED,
    /** Its condition did not hold; nothing changed. */
    NOT_MET
}
