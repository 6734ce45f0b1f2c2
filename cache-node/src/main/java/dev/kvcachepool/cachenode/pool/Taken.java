package dev.kvcachepool.cachenode.pool;

/** What came of asking a node to take a key over. */
public enum Taken {
    /** The node has it; who asked need not keep it any more. */
    YES,
    /** The node has no room for it, or no use. */
    NO,
    /** It could not be fetched in time: asking again may help. */
    NOT_NOW
}
