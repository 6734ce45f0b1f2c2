package dev.kvcachepool.cachenode.store;

/** What became of a wish to keep a key's chunk. */
public enum PinResult {
    PINNED,
    /** The key is not there. */
    MISSING,
    /** Pins hold as much as they may; what was pinned stays pinned. */
    NO_ROOM
}
